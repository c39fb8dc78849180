using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>An argument that decides whom or what a call reaches, and why that is thought.</summary>
internal sealed record ReadArgument(string Path, string? Kind, string? Endorse, string Reason);

/// <summary>Who can write a part of a result, and why that is thought.</summary>
internal sealed record ReadField(string Path, string Integrity, string? Kind, string Reason);

/// <summary>What the general rules make of one tool's description.</summary>
internal sealed record ToolReading(
    SuiteTool Tool, string Effect, bool IsOpenWorld, ImmutableArray<ReadArgument> Authority, ImmutableArray<ReadField> Returns, bool IsBlind)
{
    /// <summary>Above this, in the account's currency, an amount that nobody said is asked: an operator's own figure.</summary>
    public const int MostUnasked = 1000;

    public bool IsReading => Effect is "observe" or "compute";

    public static ToolReading Of(SuiteTool tool)
    {
        var name = ToolWords.Of(tool.Name);
        var says = ToolWords.Of($"{tool.Description} {tool.More}");
        var effect = EffectOf(name, tool);
        var isReading = effect is "observe" or "compute";
        var authority = Arguments(tool, name, effect).ToImmutableArray();
        var isOpen = isReading
            ? authority.Any(a => a.Path is "url" or "uri" or "link" or "host" or "domain")
            : ToolWords.Any(says, ToolWords.Telling) || effect == "communicate-out";
        var isBlind = authority.IsEmpty && effect is ("write-irreversible" or "change-authority" or "communicate-out" or "spend");
        return new ToolReading(tool, effect, isOpen, isReading && !isOpen ? [] : authority, [.. Fields(tool, name, isReading)], isBlind);
    }

    /// <summary>What a tool's result is made of: the class that it returns, or the thing that it is named after.</summary>
    public static string NounOf(SuiteTool tool)
    {
        var type = (tool.Returns ?? string.Empty).TrimEnd('>', '\'', ']').Split('.', '[', '\'')[^1];
        if (type.Length > 0 && char.IsUpper(type[0]))
        {
            return ToolWords.Of(type)[^1];
        }

        return Named(tool) is [.., var last] ? last : tool.Name;
    }

    /// <summary>The words of a tool's name up to the first that only says how or where.</summary>
    private static IReadOnlyList<string> Named(SuiteTool tool) => ToolWords.Of(string.Join(
        ' ', tool.Name.Split('_').TakeWhile((w, i) => i == 0 || w is not ("by" or "in" or "for" or "from" or "to" or "with" or "of" or "at"))));

    private static string EffectOf(IReadOnlyList<string> name, SuiteTool tool)
    {
        var verb = name[0];
        return ToolWords.Reading.Contains(verb) ? verb is "calculate" or "compute" ? "compute" : "observe"
            : ToolWords.Any(name.Skip(1), ToolWords.Powers) ? "change-authority"
            : ToolWords.Destroying.Contains(verb) ? "write-irreversible"
            : ToolWords.Paying.Contains(verb) || ToolWords.Any(name.Skip(1), ToolWords.Money) ? "spend"
            : ToolWords.Telling.Contains(verb) ? "communicate-out"
            : "write-reversible";
    }

    private static IEnumerable<ReadArgument> Arguments(SuiteTool tool, IReadOnlyList<string> name, string effect)
    {
        if (!tool.Parameters.TryGetProperty("properties", out var properties))
        {
            yield break;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var words = ToolWords.Of(property.Name);
            var isId = words is [.., "id"];
            if (isId)
            {
                var kind = words.Count > 1 ? words[^2] : NounOf(tool) is "id" ? null : Subject(tool, name);
                yield return new ReadArgument(property.Name, kind, null, "An id says which thing is meant.");
            }
            else if (ToolWords.Any(words, ToolWords.Quantities))
            {
                yield return new ReadArgument(property.Name, "amount", $"{{ least: 0, most: {MostUnasked} }}", "How much. A reckoned figure within bounds can do little harm while whom it goes to is proven.");
            }
            else if (ToolWords.Any(words, ToolWords.Content))
            {
                continue;
            }
            else if (IsListOfMaps(property.Value))
            {
                foreach (var id in IdsIn(property.Value))
                {
                    yield return new ReadArgument($"{property.Name}.*.{id}", ToolWords.Of(id)[^2], null, "An id says which thing is meant.");
                }
            }
            else if (ToolWords.Any(words, ToolWords.Deciding))
            {
                yield return new ReadArgument(property.Name, null, null, "It says whom or what the call reaches.");
            }
            else if (effect == "spend" && IsText(property.Value))
            {
                yield return new ReadArgument(property.Name, null, null, "It says what is paid for, or whom.");
            }
        }
    }

    /// <summary>What an <c>id</c> without a name of its own is about: the last thing that the tool's name says before its verb's company.</summary>
    private static string Subject(SuiteTool tool, IReadOnlyList<string> name) => name.Count > 1 ? name[^1] : NounOf(tool);

    private static IEnumerable<ReadField> Fields(SuiteTool tool, IReadOnlyList<string> name, bool isReading)
    {
        var noun = NounOf(tool);
        if (!isReading)
        {
            // What a write gives back repeats what it was told; only the id is new, and the system's own.
            foreach (var id in new[] { "id", "id_" })
            {
                yield return new ReadField(id, "vetted", noun, "The system gives out ids; nobody chooses them.");
            }

            yield break;
        }

        var isOwn = name.Contains("scheduled") || name.Contains("standing");
        var byOthers = !isOwn && (ToolWords.ByOthers.Contains(noun) || ToolWords.Any(Named(tool).Skip(1), ToolWords.ByOthers));
        var byMembers = ToolWords.ByMembers.Contains(noun);
        yield return byOthers ? new ReadField(".", "third-party", null, $"Others write what is read here ({noun}).")
            : byMembers ? new ReadField(".", "internal", null, $"Any member can give such a name ({noun}).")
            : isOwn ? new ReadField(".", "vetted", null, "Only the account's owner sets them up.")
            : new ReadField(".", "vetted", null, $"It is kept in a register whose keeper controls it ({noun}).");
        foreach (var id in new[] { "*.id", "*.id_", "id", "id_" })
        {
            yield return new ReadField(id, "vetted", noun, "The system gives out ids; nobody chooses them.");
        }
    }

    private static bool IsText(JsonElement schema) => TypesOf(schema).Contains("string");

    private static bool IsListOfMaps(JsonElement schema) =>
        Variants(schema).Any(v => v.TryGetProperty("type", out var type) && type.ValueEquals("array") && v.TryGetProperty("items", out var items) && items.TryGetProperty("type", out var item) && item.ValueEquals("object"));

    public static IEnumerable<string> TypesOf(JsonElement schema) =>
        Variants(schema).Where(v => v.TryGetProperty("type", out var t) && t.ValueKind == JsonValueKind.String).Select(v => v.GetProperty("type").GetString()!);

    private static IEnumerable<JsonElement> Variants(JsonElement schema) =>
        schema.TryGetProperty("anyOf", out var any) ? any.EnumerateArray() : [schema];

    /// <summary>The ids that a description of nested values names.</summary>
    private static IEnumerable<string> IdsIn(JsonElement schema) =>
        schema.TryGetProperty("description", out var text)
            ? text.GetString()!.Split([' ', '"', '`', ',', '.', '(', ')', '\''], StringSplitOptions.RemoveEmptyEntries).Where(w => w.EndsWith("_id", StringComparison.Ordinal)).Distinct()
            : [];
}
