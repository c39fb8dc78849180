using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>
/// JSON with holes. All that a hole can do is point at a value, repeat for the elements of a list, and leave out elements by equality: no
/// arithmetic, no sorting, no grouping, so that whatever is reckoned is reckoned by a tool.
/// </summary>
internal abstract record ScriptTemplate
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private ScriptTemplate()
    {
    }

    /// <summary>The filled template; what pointed nowhere is null in it and named by the scope.</summary>
    public JsonText Fill(ScriptScope scope)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, scope);
        }

        return JsonText.Parse(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    protected abstract void Write(Utf8JsonWriter writer, ScriptScope scope);

    /// <summary>How many values it puts into a list around it: one, but for a repetition.</summary>
    protected virtual void WriteItems(Utf8JsonWriter writer, ScriptScope scope) => Write(writer, scope);

    /// <summary>As it stands.</summary>
    public sealed record Literal(JsonElement Json) : ScriptTemplate
    {
        protected override void Write(Utf8JsonWriter writer, ScriptScope scope) => Json.WriteTo(writer);
    }

    /// <summary><c>"$item.supplier"</c>: the value itself, whatever its kind.</summary>
    public sealed record Value(ScriptPath Path) : ScriptTemplate
    {
        protected override void Write(Utf8JsonWriter writer, ScriptScope scope)
        {
            if (scope.Need(Path) is { } found)
            {
                found.WriteTo(writer);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }

    /// <summary><c>"Order from {$item.supplier}"</c>: words with values in between.</summary>
    public sealed record Words(ImmutableArray<(string Text, ScriptPath? Then)> Parts) : ScriptTemplate
    {
        public string Say(ScriptScope scope) => string.Concat(Parts.SelectMany(p => new[] { p.Text, p.Then is { } path ? Text(scope.Need(path)) : string.Empty }));

        protected override void Write(Utf8JsonWriter writer, ScriptScope scope) => writer.WriteStringValue(Say(scope));

        private static string Text(JsonElement? found) => found switch
        {
            null => string.Empty,
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { } other => other.GetRawText(),
        };
    }

    public sealed record Map(ImmutableArray<(string Key, ScriptTemplate Value)> Fields) : ScriptTemplate
    {
        protected override void Write(Utf8JsonWriter writer, ScriptScope scope)
        {
            writer.WriteStartObject();
            foreach (var (key, value) in Fields)
            {
                writer.WritePropertyName(key);
                value.Write(writer, scope);
            }

            writer.WriteEndObject();
        }
    }

    public sealed record Listing(ImmutableArray<ScriptTemplate> Items) : ScriptTemplate
    {
        protected override void Write(Utf8JsonWriter writer, ScriptScope scope)
        {
            writer.WriteStartArray();
            foreach (var item in Items)
            {
                item.WriteItems(writer, scope);
            }

            writer.WriteEndArray();
        }
    }

    /// <summary><c>$forEach</c>: a list with <see cref="Give"/> for each element that <see cref="Where"/> lets through; inside a list its elements join that list.</summary>
    public sealed record Repeat(ScriptPath Over, string As, ScriptFilter Where, ScriptTemplate Give) : ScriptTemplate
    {
        protected override void Write(Utf8JsonWriter writer, ScriptScope scope)
        {
            writer.WriteStartArray();
            WriteItems(writer, scope);
            writer.WriteEndArray();
        }

        protected override void WriteItems(Utf8JsonWriter writer, ScriptScope scope)
        {
            foreach (var inner in Where.Select(scope, Over, As))
            {
                Give.Write(writer, inner);
            }
        }
    }

    /// <summary><c>$first</c>: <see cref="Give"/> for the first element that <see cref="Where"/> lets through, else <see cref="Else"/>.</summary>
    public sealed record First(ScriptPath Over, string As, ScriptFilter Where, ScriptTemplate Give, ScriptTemplate Else) : ScriptTemplate
    {
        protected override void Write(Utf8JsonWriter writer, ScriptScope scope)
        {
            if (Where.Select(scope, Over, As).FirstOrDefault() is { } inner)
            {
                Give.Write(writer, inner);
            }
            else
            {
                Else.Write(writer, scope);
            }
        }
    }
}

/// <summary>Equalities on fields of a list's elements; all must hold.</summary>
internal sealed record ScriptFilter(ImmutableArray<(ScriptPath Field, ScriptTemplate To, bool IsNegated)> Tests)
{
    /// <summary>One scope for each element that passes, with the element under <paramref name="name"/>.</summary>
    public IEnumerable<ScriptScope> Select(ScriptScope scope, ScriptPath over, string name)
    {
        // No call of a tool is an empty list of calls, not a hole.
        if ((over.Root == "all" ? scope.Find(over) : scope.Need(over)) is not { ValueKind: JsonValueKind.Array } list)
        {
            yield break;
        }

        foreach (var element in list.EnumerateArray())
        {
            if (Tests.All(t => Holds(t, element, scope)))
            {
                yield return scope.With(name, element);
            }
        }
    }

    private static bool Holds((ScriptPath Field, ScriptTemplate To, bool IsNegated) test, JsonElement element, ScriptScope scope)
    {
        var found = test.Field.Below(element, skip: 0);
        return (found is { } value && JsonElement.DeepEquals(value, test.To.Fill(scope).ToElement())) != test.IsNegated;
    }
}
