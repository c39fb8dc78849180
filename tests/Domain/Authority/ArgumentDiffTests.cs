using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

/// <summary>Where two sets of arguments differ.</summary>
public sealed class ArgumentDiffTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{"b":[1,2],"a":1}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", "a: 1 → 2")]
    [InlineData("""{"a":{"b":"x"}}""", """{"a":{"b":"y"}}""", "a.b: \"x\" → \"y\"")]
    [InlineData("""{"l":[{"q":1},{"q":2}]}""", """{"l":[{"q":1},{"q":3}]}""", "l[1].q: 2 → 3")]
    [InlineData("""{"l":[1]}""", """{"l":[1,2]}""", "l: [1] → [1,2]")]
    [InlineData("""{"a":1}""", """{"b":1}""", "a: removed 1|b: added 1")]
    [InlineData("""{"a":null}""", """{"a":0}""", "a: null → 0")]
    [InlineData("""{"a":{}}""", """{"a":[]}""", "a: {} → []")]
    public void Every_place_that_is_different_is_named_once(string before, string after, string changes) =>
        Assert.Equal(changes, string.Join('|', ArgumentDiff.Of(Given.Json(before), Given.Json(after)).Select(d => $"{d.Arg}: {d.Change}")));

    [Fact]
    public void Nothing_differs_from_itself_and_back_and_forth_name_the_same_places()
    {
        var fields = Gen.Choose(0, 3).Zip(Gen.Choose(0, 2)).ListOf().Select(f => Object([.. f]));
        Prop.ForAll(fields.Zip(fields).ToArbitrary(), pair =>
            ArgumentDiff.Of(pair.Item1, pair.Item1).IsEmpty
            && ArgumentDiff.Of(pair.Item1, pair.Item2).Select(d => (d.Arg, d.Before, d.After)).SequenceEqual(ArgumentDiff.Of(pair.Item2, pair.Item1).Select(d => (d.Arg, d.After, d.Before)))
            && ArgumentDiff.Of(pair.Item1, pair.Item2).IsEmpty == (pair.Item1 == pair.Item2)).Check(Config.QuickThrowOnFailure);
    }

    private static JsonText Object((int Key, int Value)[] fields) =>
        Given.Json("{" + string.Join(',', fields.DistinctBy(f => f.Key).OrderBy(f => f.Key).Select(f => $"\"k{f.Key}\":{f.Value}")) + "}");
}
