namespace AiManager.Domain;

/// <summary>What a field may be, kind by kind. May hold more than it should, never less.</summary>
/// <param name="Absent">Whether it may be missing, or unreadable.</param>
/// <param name="Others">Whether it may be a time, a list or a map.</param>
internal sealed record ValueSet(bool Absent, bool Null, bool True, bool False, NumberSet Numbers, TextSet Texts, bool Others)
{
    public static readonly ValueSet None = new(false, false, false, false, NumberSet.None, TextSet.None, false);
    public static readonly ValueSet Missing = None with { Absent = true };
    public static readonly ValueSet Present = new(false, true, true, true, NumberSet.All, TextSet.All, true);

    /// <summary>Missing, or of a kind that has no order with numbers.</summary>
    public static readonly ValueSet NoNumber = Present with { Absent = true, Numbers = NumberSet.None };

    /// <summary>Missing, or of a kind that is asked nothing as texts are.</summary>
    public static readonly ValueSet NoText = Present with { Absent = true, Texts = TextSet.None };

    /// <summary>Missing, or neither true nor false.</summary>
    public static readonly ValueSet NoFlag = Present with { Absent = true, True = false, False = false };

    public bool IsEmpty => !Absent && !Null && !True && !False && !Others && Numbers.IsEmpty && Texts.IsEmpty;

    public ValueSet With(ValueSet other) => new(
        Absent && other.Absent, Null && other.Null, True && other.True, False && other.False, Numbers.With(other.Numbers), Texts.With(other.Texts), Others && other.Others);

    /// <summary>Whether both hold the same, and say it in the same words. Records of arrays are not equal when their items are.</summary>
    public bool IsSame(ValueSet other) =>
        Absent == other.Absent && Null == other.Null && True == other.True && False == other.False && Others == other.Others
        && Numbers.Ranges.AsSpan().SequenceEqual(other.Numbers.Ranges.AsSpan()) && Texts.IsSame(other.Texts);

    /// <summary>This and the other, which must have no numbers or texts where this one has some.</summary>
    public ValueSet Or(ValueSet other) => new(
        Absent || other.Absent,
        Null || other.Null,
        True || other.True,
        False || other.False,
        Numbers.IsEmpty ? other.Numbers : Numbers,
        Texts.IsEmpty ? other.Texts : Texts,
        Others || other.Others);
}
