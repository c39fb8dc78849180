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
        if (HasCall(clr))
        {
            fields.TryAdd("tool", Text);
            fields.TryAdd("agent", Text);
            fields.TryAdd("args", Anything);
        }

        return new WhenType.Record(fields);
    }

    /// <summary>One, as <c>result</c>.</summary>
    public static WhenValue Of(WorkflowRecord workflow, StoredEvent stored)
    {
        var payload = JsonNode.Parse(Encoding.UTF8.GetString(stored.Body.Span))!.AsObject();
        if (Types.TryGetValue(stored.Type, out var clr))
        {
            if (HasCall(clr) && payload["call"]?.ToString() is { } call)
            {
                Join(payload, workflow, call, stored.Seq);
            }

            foreach (var name in Properties(clr).Select(Name).Where(n => !payload.ContainsKey(n)))
            {
                payload[name] = null;
            }
        }

        return WhenValue.FromJson(JsonSerializer.SerializeToElement(payload));
    }

    private static void Join(JsonObject payload, WorkflowRecord workflow, string call, int seq)
    {
        var before = workflow.Events.TakeWhile(e => e.Seq < seq).Select(e => e.Event).ToList();
        if (before.OfType<CallProposed>().FirstOrDefault(p => p.Call.ToString() == call) is not { } proposed)
        {
            return;
        }

        var args = before.OfType<CallChanged>().LastOrDefault(c => c.Call == proposed.Call)?.Args ?? proposed.Args;
        payload.TryAdd("tool", proposed.Tool);
        payload.TryAdd("agent", proposed.Agent);
        payload.TryAdd("args", JsonNode.Parse(args.Text));
    }

    /// <summary>Whether it is something that happens to a call.</summary>
    private static bool HasCall(Type clr) => clr.GetProperty("Call")?.PropertyType is { } type && (type == typeof(CallId) || type == typeof(CallId?));

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
