using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AiManager.Evals;

/// <summary>
/// An event as the conditions of suites see it: its payload, with null for what it could say and does not; and of what happens to a call, which does not repeat what the call
/// is, also <c>tool</c>, <c>agent</c> and the <c>args</c> as they stood then.
/// </summary>
internal static class JoinedEvent
{
    private const int Deepest = 6;

    private static readonly WhenType Text = new WhenType.Text();
    private static readonly WhenType Anything = new WhenType.Dynamic();

    private static readonly ImmutableDictionary<string, Type> Types =
        typeof(WorkflowEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(WorkflowEvent)) && !t.IsAbstract).ToImmutableDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>What can be asked of events of a type, for the check of a condition when its suite is read; null for a type that is in no workflow.</summary>
    public static WhenType? TypeOf(string type)
    {
        if (!Types.TryGetValue(type, out var clr))
        {
            return null;
        }

        var fields = Fields(clr, Deepest);
        if (EventSubject.HasCall(clr))
        {
            fields.TryAdd("tool", Text);
            fields.TryAdd("agent", Text);
            fields.TryAdd("args", Anything);
        }

        return new WhenType.Record(fields);
    }

    /// <summary>A workflow's events of a type, each as <c>result</c>, in one pass.</summary>
    public static IEnumerable<(StoredEvent Stored, WhenValue Value)> Of(WorkflowRecord workflow, string type)
    {
        var calls = new Dictionary<CallId, (CallProposed Proposed, JsonText Args)>();
        foreach (var (stored, recorded) in workflow.Stored.Zip(workflow.Events))
        {
            if (stored.Type == type)
            {
                yield return (stored, Of(stored, recorded.Event, calls));
            }

            switch (recorded.Event)
            {
                case CallProposed proposed:
                    calls.TryAdd(proposed.Call, (proposed, proposed.Args));
                    break;
                case CallChanged changed when calls.TryGetValue(changed.Call, out var known):
                    calls[changed.Call] = known with { Args = changed.Args };
                    break;
            }
        }
    }

    private static WhenValue Of(StoredEvent stored, WorkflowEvent fact, Dictionary<CallId, (CallProposed Proposed, JsonText Args)> calls)
    {
        var payload = JsonNode.Parse(Encoding.UTF8.GetString(stored.Body.Span))!.AsObject();
        if (EventSubject.HasCall(fact.GetType()) && PrefixedId.TryRead<CallId>(payload["call"]?.ToString(), out var call) && calls.TryGetValue(call, out var about))
        {
            payload.TryAdd("tool", about.Proposed.Tool);
            payload.TryAdd("agent", about.Proposed.Agent);
            payload.TryAdd("args", JsonNode.Parse(about.Args.Text));
        }

        foreach (var name in Properties(fact.GetType()).Select(Name).Where(n => !payload.ContainsKey(n)))
        {
            payload[name] = null;
        }

        return WhenValue.FromJson(JsonSerializer.SerializeToElement(payload));
    }

    private static Dictionary<string, WhenType> Fields(Type clr, int levels) => Properties(clr).ToDictionary(Name, p => Of(p.PropertyType, levels - 1), StringComparer.Ordinal);

    private static IEnumerable<PropertyInfo> Properties(Type clr) => clr.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetIndexParameters().Length == 0 && p.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always });

    private static string Name(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static WhenType Of(Type written, int levels)
    {
        var clr = Nullable.GetUnderlyingType(written) ?? written;
        return clr switch
        {
            _ when clr == typeof(bool) => new WhenType.Boolean(),
            _ when clr == typeof(int) || clr == typeof(long) || clr == typeof(decimal) || clr == typeof(double) => new WhenType.Number(),
            _ when clr == typeof(string) || clr == typeof(Actor) || clr == typeof(DateTimeOffset) || clr.IsEnum || clr.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IPrefixedId<>)) => Text,
            { IsGenericType: true } when clr.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => new WhenType.List(Of(clr.GetGenericArguments()[0], levels)),

            // What is left out of the JSON where it says nothing cannot be told from what is not there: only the event's own fields are filled up, so those of its parts stay open.
            _ when levels > 0 && clr is { IsClass: true, IsAbstract: false } && clr.Assembly == typeof(WorkflowEvent).Assembly && clr != typeof(PrivateText) && clr.GetCustomAttribute<JsonConverterAttribute>() is null
                => new WhenType.Record(Fields(clr, levels)),
            _ => Anything,
        };
    }
}
