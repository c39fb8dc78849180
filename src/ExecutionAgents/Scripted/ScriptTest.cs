using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.ExecutionAgents;

/// <summary>What a rule may ask of one value.</summary>
internal abstract record ScriptTest
{
    private ScriptTest()
    {
    }

    /// <summary>True when it holds; <paramref name="value"/> is null when there is no value.</summary>
    public abstract bool Holds(JsonElement? value, ScriptScope scope);

    public sealed record Equal(ScriptTemplate To) : ScriptTest
    {
        public override bool Holds(JsonElement? value, ScriptScope scope) => value is { } found && JsonElement.DeepEquals(found, To.Fill(scope).ToElement());
    }

    public sealed record Exists(bool Wanted) : ScriptTest
    {
        public override bool Holds(JsonElement? value, ScriptScope scope) => value.HasValue == Wanted;
    }

    public sealed record Not(ScriptTest Test) : ScriptTest
    {
        public override bool Holds(JsonElement? value, ScriptScope scope) => !Test.Holds(value, scope);
    }

    public sealed record OneOf(ImmutableArray<ScriptTest> Tests) : ScriptTest
    {
        public override bool Holds(JsonElement? value, ScriptScope scope) => Tests.Any(t => t.Holds(value, scope));
    }

    /// <summary>The value is a list, and one element of it equals this.</summary>
    public sealed record Has(ScriptTemplate Element) : ScriptTest
    {
        public override bool Holds(JsonElement? value, ScriptScope scope)
        {
            var wanted = Element.Fill(scope).ToElement();
            return value is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().Any(element => JsonElement.DeepEquals(element, wanted));
        }
    }

    public sealed record Matches(ScriptPattern Pattern) : ScriptTest
    {
        public override bool Holds(JsonElement? value, ScriptScope scope) =>
            value is { ValueKind: JsonValueKind.String } text && Pattern.IsMatch(text.GetString()!);
    }

    /// <summary>The value is a list, and one element of it passes all tests.</summary>
    public sealed record Some(ImmutableArray<(ScriptPath Field, ScriptTest Test)> Tests) : ScriptTest
    {
        public override bool Holds(JsonElement? value, ScriptScope scope) =>
            value is { ValueKind: JsonValueKind.Array } list
            && list.EnumerateArray().Any(element => Tests.All(t => t.Test.Holds(t.Field.Below(element, skip: 0), scope)));
    }
}
