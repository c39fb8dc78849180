using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class CanonicalJsonTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Elements("", "a", "b", "é", "\"", "\\", "\u0001", "\u2028", "😀", "/", "ﬀ", "key with space"), ArbMap.Default.GeneratorFor<NonNull<string>>().Select(t => t.Get.Replace("\0", "0", StringComparison.Ordinal)));

    [Theory]
    [InlineData("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}")]
    [InlineData("{ \"a\" : [ 1 , { \"z\" : null, \"y\" : true } ] }", "{\"a\":[1,{\"y\":true,\"z\":null}]}")]
    [InlineData("{\"\\u20ac\":1,\"\\r\":2,\"1\":3,\"\\ud83d\\ude02\":4,\"\\ufb33\":5}", "{\"\\r\":2,\"1\":3,\"€\":1,\"😂\":4,\"\ufb33\":5}")]   // RFC 8785, 3.2.3
    [InlineData("\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"", "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"")]                             // RFC 8785, 3.2.2
    [InlineData("\"\\ud83d\\ude00\\u2028\\u007f<&\"", "\"😀\u2028\u007f<&\"")]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2}")]
    [InlineData("1.50", "1.5")]
    [InlineData("1.0", "1")]
    [InlineData("-0", "0")]
    [InlineData("-0.00", "0")]
    [InlineData("0e99999999999", "0")]
    [InlineData("1e3", "1000")]
    [InlineData("100", "100")]
    [InlineData("1E-2", "0.01")]
    [InlineData("12.3400e1", "123.4")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("1e400", "1e400")]
    [InlineData("1e-400", "1e-400")]
    [InlineData("100.00000000000000000000000000000000000001", "100.00000000000000000000000000000000000001")]   // never rounded
    public void A_value_has_one_text(string written, string canonical) => Assert.Equal(canonical, CanonicalJson.Of(JsonText.Parse(written)).Text);

    [Fact]
    public void Canonical_text_is_its_own_canonical_text() =>
        Prop.ForAll(Arb.From(Values(3)), value =>
        {
            var once = CanonicalJson.Of(JsonText.Parse(Spell(value, new Random(1))));
            return CanonicalJson.Of(once) == once && JsonElement.DeepEquals(JsonText.Parse(once.Text).ToElement(), once.ToElement());
        }).Check(Often);

    [Fact]
    public void Equal_values_have_equal_text_however_they_are_written() =>
        Prop.ForAll(Arb.From(Values(3)), ArbMap.Default.ArbFor<int>(), (value, seed) =>
            CanonicalJson.Of(JsonText.Parse(Spell(value, new Random(seed)))) == CanonicalJson.Of(JsonText.Parse(Spell(value, new Random(seed + 1))))).Check(Often);

    [Fact]
    public void Canonical_text_means_what_was_written() =>
        Prop.ForAll(Arb.From(Values(3)), value =>
        {
            var written = JsonText.Parse(Spell(value, new Random(2)));
            return JsonElement.DeepEquals(written.ToElement(), CanonicalJson.Of(written).ToElement());
        }).Check(Often);

    [Fact]
    public void Text_that_looks_like_half_a_character_cannot_come_in() => Assert.False(JsonText.TryParse("\"\\ud83d\"", out _));

    [Fact]
    public void A_digest_keeps_its_parts_apart()
    {
        Assert.Equal(CanonicalJson.Digest("ab", "c"), CanonicalJson.Digest("ab", "c"));
        Assert.NotEqual(CanonicalJson.Digest("ab", "c"), CanonicalJson.Digest("a", "bc"));
        Assert.NotEqual(CanonicalJson.Digest("a"), CanonicalJson.Digest("a", ""));
        Assert.Equal("df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119", CanonicalJson.Digest(""));   // SHA-256 of four zero bytes
    }

    private static Config Often => Config.QuickThrowOnFailure.WithMaxTest(500);

    private static Gen<object?> Values(int depth)
    {
        var simple = Gen.OneOf(
            Gen.Elements<object?>(null, true, false),
            ArbMap.Default.GeneratorFor<decimal>().Select(n => (object?)n),
            Gen.Elements(0m, 1m, -1m, 12.50m, 0.1m, 1000m).Select(n => (object?)n),
            Texts.Select(t => (object?)t));
        if (depth == 0)
        {
            return simple;
        }

        var inner = Values(depth - 1);
        return Gen.OneOf(
            simple,
            inner.ArrayOf().Select(items => (object?)items),
            Gen.Zip(Texts, inner).ArrayOf().Select(fields => (object?)fields.DistinctBy(f => f.Item1).ToDictionary(f => f.Item1, f => f.Item2)));
    }

    /// <summary>Writes a value one of the many ways in which JSON can write it.</summary>
    private static string Spell(object? value, Random chance) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        decimal number => Number(number, chance),
        string text => Text(text, chance),
        object?[] items => "[" + Space(chance) + string.Join("," + Space(chance), items.Select(i => Spell(i, chance))) + "]",
        Dictionary<string, object?> fields => "{" + string.Join(",", fields.OrderBy(_ => chance.Next()).Select(f => Text(f.Key, chance) + ":" + Space(chance) + Spell(f.Value, chance))) + "}",
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    private static string Space(Random chance) => chance.Next(3) switch { 0 => " ", 1 => "\n\t", _ => "" };

    private static string Number(decimal number, Random chance)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        return chance.Next(3) switch
        {
            0 when text.Contains('.', StringComparison.Ordinal) => text + "000",
            1 => text + "e0",
            2 when !text.Contains('.', StringComparison.Ordinal) => text + ".00E+0",
            _ => text,
        };
    }

    private static string Text(string text, Random chance) =>
        chance.Next(2) == 0 || text.Any(char.IsSurrogate)
            ? JsonText.OfString(text).Text
            : "\"" + string.Concat(text.Select(c => $"\\u{(int)c:x4}")) + "\"";
}
