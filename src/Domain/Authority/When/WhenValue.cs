using System.Text.Json;

namespace AiManager.Domain;

/// <summary>What a part of a condition comes to. Immutable as long as the collections handed in are.</summary>
public abstract record WhenValue
{
    private protected WhenValue() { }

    /// <summary>What it is, as messages call it: "a number".</summary>
    internal abstract string Kind { get; }

    /// <summary>
    /// Reads JSON without loss: what cannot be kept exactly (a number that is no decimal of at most 28 digits, a field given
    /// twice, text that is not Unicode, nesting deeper than 64) becomes a <see cref="WhenError"/> in its place. Text stays text, also
    /// where it looks like a time.
    /// </summary>
    public static WhenValue FromJson(JsonElement json) => WhenJson.Read(json, WhenJson.DeepestNesting);

    /// <summary>As it would be written in a condition; a map as in JSON.</summary>
    public sealed override string ToString() => WhenWriter.Write(this);
}

/// <summary>The only kind of number; 1 and 1.0 are equal.</summary>
public sealed record WhenNumber(decimal Value) : WhenValue
{
    internal override string Kind => "a number";
}

/// <summary>Text, compared by code point: no culture, no case folding, no normalisation.</summary>
public sealed record WhenText(string Value) : WhenValue
{
    internal override string Kind => "text";
}

public sealed record WhenBoolean(bool Value) : WhenValue
{
    public static readonly WhenBoolean True = new(true);
    public static readonly WhenBoolean False = new(false);

    internal override string Kind => "true or false";

    internal static WhenBoolean Of(bool value) => value ? True : False;
}

/// <summary>A moment; the offset plays no part in comparing.</summary>
public sealed record WhenTimestamp(DateTimeOffset Value) : WhenValue
{
    internal override string Kind => "a time";
}

public sealed record WhenNull : WhenValue
{
    public static readonly WhenNull Value = new();

    internal override string Kind => "null";
}

/// <summary>Equal to a list with equal items in the same order.</summary>
public sealed record WhenList(IReadOnlyList<WhenValue> Items) : WhenValue
{
    internal override string Kind => "a list";

    public bool Equals(WhenList? other) => ReferenceEquals(this, other) || (other is not null && WhenComparer.Equal(this, other) == WhenBoolean.True);

    public override int GetHashCode() => Items.Count;
}

/// <summary>Fields by name (ordinal); equal to a record with the same names and equal values.</summary>
public sealed record WhenRecord(IReadOnlyDictionary<string, WhenValue> Fields) : WhenValue
{
    internal override string Kind => "a map";

    public bool Equals(WhenRecord? other) => ReferenceEquals(this, other) || (other is not null && WhenComparer.Equal(this, other) == WhenBoolean.True);

    public override int GetHashCode() => Fields.Count;
}

/// <summary>What could not be read or computed. Whatever is computed from it becomes it, except where <c>&amp;&amp;</c> or <c>||</c> is decided by another operand.</summary>
/// <param name="Reason">A phrase for the author of the rule: "args has no field 'supplier'".</param>
public sealed record WhenError(string Reason) : WhenValue
{
    internal override string Kind => "an error";
}
