using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What a value is: how far it may be believed, and how far it may travel. Two lattices; joining goes down the first and up the second.</summary>
/// <param name="Integrity">Who could have written it.</param>
/// <param name="Marks">What is confidential about it, such as <c>customer-data</c>; empty when nothing is.</param>
/// <param name="Readers">Who may see it; null for everybody, empty for nobody.</param>
public sealed record Label(Integrity Integrity, ImmutableSortedSet<string> Marks, ImmutableSortedSet<string>? Readers = null)
{
    private static readonly ImmutableSortedSet<string> NoMarks = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    private static readonly ImmutableArray<Label> Plain = [.. Enum.GetValues<Integrity>().Select(i => new Label(i, NoMarks))];

    /// <summary>Nothing confidential, and believed as far as <paramref name="integrity"/> says.</summary>
    public static Label Of(Integrity integrity) => Plain[(int)integrity];

    /// <summary>The label of something that is made of both: believed as little as the less believed, confidential as both, read by those who may read both.</summary>
    public Label Join(Label other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other))
        {
            return this;
        }

        var integrity = Integrity < other.Integrity ? Integrity : other.Integrity;
        var marks = other.Marks.IsSubsetOf(Marks) ? Marks : Marks.Union(other.Marks);
        var readers = Readers is null ? other.Readers : other.Readers is null ? Readers : Readers.Intersect(other.Readers);
        return integrity == Integrity && ReferenceEquals(marks, Marks) && ReferenceEquals(readers, Readers) ? this : new Label(integrity, marks, readers);
    }

    /// <summary>True when all of <paramref name="audience"/> may see it.</summary>
    public bool MayReach(IEnumerable<string> audience) => Readers is null || audience.All(Readers.Contains);

    /// <summary>How it is written in the journal and seen by rules: the integrity's name and the marks.</summary>
    public IEnumerable<string> Names => Marks.Prepend(IntegrityNames.Write(Integrity));

    /// <inheritdoc/>
    public bool Equals(Label? other) =>
        other is not null && Integrity == other.Integrity && Marks.SetEquals(other.Marks)
        && (Readers is null ? other.Readers is null : other.Readers is not null && Readers.SetEquals(other.Readers));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Integrity, Marks.Count, Readers?.Count);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Names);
}
