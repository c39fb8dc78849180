using System.Globalization;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>The console's colours, computed as WCAG does.</summary>
public sealed partial class StyleTests
{
    private static readonly string Style = ReadStyle();

    public static TheoryData<string, string, double> Pairs()
    {
        var pairs = new TheoryData<string, string, double>();
        foreach (var ground in (string[])["paper", "card", "sunk"])
        {
            pairs.Add("ink", ground, 4.5);
            pairs.Add("quiet", ground, 4.5);
            pairs.Add("accent", ground, 4.5);
            pairs.Add("bad", ground, 4.5);
        }

        pairs.Add("accent-ink", "accent", 4.5);
        foreach (var state in (string[])["run", "wait", "good", "bad", "idle"])
        {
            pairs.Add(state, state + "-tint", 4.5);
            pairs.Add("ink", state + "-tint", 4.5);
            pairs.Add("quiet", state + "-tint", 4.5);
        }

        pairs.Add("edge", "card", 3);
        pairs.Add("edge", "paper", 3);
        pairs.Add("focus", "paper", 3);
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Text_and_its_ground_differ_enough_in_light_and_in_dark(string ink, string ground, double least)
    {
        var blocks = Roots().Matches(Style).Select(m => m.Value).ToList();
        Assert.Equal(2, blocks.Count);
        Assert.All(blocks, block =>
        {
            var ratio = Contrast(Colour(block, ink), Colour(block, ground));
            Assert.True(ratio >= least, $"{ink} on {ground}: {ratio:0.00}, less than {least}");
        });
    }

    [Fact]
    public void Colours_stand_among_the_tokens_and_nowhere_else()
    {
        var rest = Roots().Replace(Style, string.Empty);
        Assert.Empty(Hex().Matches(rest).Select(m => m.Value));
    }

    private static double Contrast(double one, double other) => (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);

    private static double Colour(string block, string token)
    {
        var hex = Regex.Match(block, $"--{token}: #([0-9a-f]{{6}});", RegexOptions.CultureInvariant).Groups[1].Value;
        Assert.True(hex.Length == 6, $"There is no colour --{token}.");
        return 0.2126 * Channel(hex[..2]) + 0.7152 * Channel(hex[2..4]) + 0.0722 * Channel(hex[4..]);
    }

    private static double Channel(string hex)
    {
        var value = int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private static string ReadStyle()
    {
        using var reader = new StreamReader(typeof(ConsolePages).Assembly.GetManifestResourceStream("console/console.css")!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@":root \{[^}]*\}")]
    private static partial Regex Roots();

    [GeneratedRegex("#[0-9a-fA-F]{3,8}\\b")]
    private static partial Regex Hex();
}
