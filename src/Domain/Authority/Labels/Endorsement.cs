using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>
/// What makes a value believable although a model composed it: it can say so little that nobody gains by choosing it. Declared by whoever writes the
/// tool's contract, never by what happens to look harmless.
/// </summary>
public abstract record Endorsement
{
    private Endorsement()
    {
    }

    /// <summary>Whether it endorses a value.</summary>
    public abstract bool Covers(JsonElement value);

    /// <summary>True or false.</summary>
    public sealed record Truth : Endorsement
    {
        /// <inheritdoc/>
        public override bool Covers(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False;
    }

    /// <summary>One of a few texts.</summary>
    /// <param name="Values">At most 64, compared exactly.</param>
    public sealed record OneOf(ImmutableArray<string> Values) : Endorsement
    {
        /// <inheritdoc/>
        public override bool Covers(JsonElement value) => value.ValueKind == JsonValueKind.String && Values.Contains(value.GetString()!, StringComparer.Ordinal);
    }

    /// <summary>A number within bounds.</summary>
    /// <param name="Least">Inclusive.</param>
    /// <param name="Most">Inclusive.</param>
    public sealed record Within(decimal Least, decimal Most) : Endorsement
    {
        /// <inheritdoc/>
        public override bool Covers(JsonElement value) =>
            value.ValueKind == JsonValueKind.Number
            && decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= Least && number <= Most;
    }
}

/// <summary>An argument that decides whom or what a call reaches: a recipient, account, host, path, id or amount.</summary>
/// <param name="Path">As in <see cref="FieldLabel.Path"/>; covers what lies beneath it.</param>
/// <param name="Kind">What it identifies; then only values of that kind, the user's and the operator's words prove it. Null: any trusted value does.</param>
/// <param name="Endorsed">What is believed although nothing proves it; null for nothing.</param>
public sealed record AuthorityArgument(string Path, string? Kind = null, Endorsement? Endorsed = null)
{
    /// <summary>The kind of quantities of money: any number that the user said proves one.</summary>
    public const string Amount = "amount";
}
