using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

/// <summary>Whether two calls mean the same order, person or account, however it is written.</summary>
public sealed class SameValueTests
{
    private static readonly Gen<string> Scalars = Gen.Elements(
        "1", "1.0", "1e0", "\"1\"", "\"1.0\"", "7", "\"AB-1\"", "\"ab-1\"", "\" AB-1\"", "\"AB 1\"", "\"DE89 3704 0044 0532 0130 00\"", "\"de89370400440532013000\"", "true", "null", "\"\"");

    private static readonly Gen<string> Values = Gen.Sized(size => Value(Math.Min(size, 3)));

    [Theory]
    [InlineData("1", "1.0", false, true)]
    [InlineData("100", "1e2", false, true)]
    [InlineData("1", "\"1\"", false, false)]
    [InlineData("1", "\"1\"", true, true)]
    [InlineData("\"AB-1\"", "\"ab-1\"", false, false)]
    [InlineData("\"AB-1\"", "\"ab-1 \"", true, true)]
    [InlineData("\"AB-1\"", "\"AB1\"", true, false)]
    [InlineData("\"a@example.com\"", "\"\u0430@example.com\"", true, false)]
    [InlineData("\"DE89 3704 0044 0532 0130 00\"", "\"DE89370400440532013000\"", true, true)]
    [InlineData("[1,2]", "[2,1.0,2]", false, true)]
    [InlineData("[1,2]", "[1,2,3]", false, false)]
    [InlineData("[\"a\"]", "\"a\"", false, true)]
    [InlineData("[]", "null", false, false)]
    [InlineData("[]", "\"\"", true, false)]
    [InlineData("[\"a\",\"b\"]", "[\"ab\"]", false, false)]
    [InlineData("{\"a\":1,\"b\":[2,3]}", "{\"b\":[3,2],\"a\":1.0}", false, true)]
    [InlineData("{\"a\":1}", "{\"a\":1,\"b\":null}", false, false)]
    public void Spelling_does_not_count_and_meaning_does(string left, string right, bool isId, bool isSame) => Assert.Equal(isSame, AreSame(left, right, isId));

    [Fact]
    public void It_is_an_equivalence() => Prop.ForAll(Arb.From(from a in Values from b in Values from c in Values select (Item1: a, Item2: b, Item3: c)), Arb.From(Gen.Elements(true, false)), (v, isId) =>
        AreSame(v.Item1, v.Item1, isId)
        && AreSame(v.Item1, v.Item2, isId) == AreSame(v.Item2, v.Item1, isId)
        && (!AreSame(v.Item1, v.Item2, isId) || !AreSame(v.Item2, v.Item3, isId) || AreSame(v.Item1, v.Item3, isId))).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void What_is_the_same_letter_by_letter_is_the_same() => Prop.ForAll(Arb.From(Gen.Zip(Values, Values)), Arb.From(Gen.Elements(true, false)), (v, isId) =>
        WhenComparer.Equal(Read(v.Item1), Read(v.Item2)) != WhenBoolean.True || AreSame(v.Item1, v.Item2, isId)).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Neither_order_nor_repetition_of_a_list_counts() => Prop.ForAll(Arb.From(Values.ListOf()), Arb.From(Gen.Elements(true, false)), (items, isId) =>
        AreSame($"[{string.Join(',', items)}]", $"[{string.Join(',', Enumerable.Reverse(items).Concat(items))}]", isId)).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void What_cannot_be_read_is_neither_the_same_nor_another() =>
        Assert.IsType<WhenError>(SameValue.Equal(Read("[1,1e400]"), Read("[2]"), isId: false));

    private static Gen<string> Value(int depth) => depth == 0
        ? Scalars
        : Gen.OneOf(
            Scalars,
            from items in Value(depth - 1).ListOf() select $"[{string.Join(',', items.Take(3))}]",
            from first in Value(depth - 1) from second in Value(depth - 1) select $"{{\"a\":{first},\"b\":{second}}}");

    private static bool AreSame(string left, string right, bool isId) => SameValue.Equal(Read(left), Read(right), isId) == WhenBoolean.True;

    private static WhenValue Read(string json) => WhenValue.FromJson(Given.Json(json).ToElement());
}
