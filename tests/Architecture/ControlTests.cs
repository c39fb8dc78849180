using System.Text.RegularExpressions;

namespace AiManager.Architecture.Tests;

/// <summary>The table of controls names tests that are there, and leaves no control out.</summary>
public sealed partial class ControlTests
{
    private static readonly string[] Rows = [.. File.ReadAllLines(Path.Combine(Repository.Root, "docs", "controls.md")).Where(l => RowStart().IsMatch(l))];

    [Fact]
    public void There_are_forty_five_controls_each_shown_or_said_not_to_be() => Assert.Multiple(
        () => Assert.Equal(Enumerable.Range(1, 45), Rows.Select(r => int.Parse(RowStart().Match(r).Groups[1].Value))),
        () => Assert.DoesNotContain(Rows, r => r.Split('|') is [_, _, _, var shown, var not, ..] && string.IsNullOrWhiteSpace(shown) && string.IsNullOrWhiteSpace(not)));

    [Fact]
    public void Every_test_that_is_named_is_there()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToLookup(f => Path.GetFileNameWithoutExtension(f), File.ReadAllText, StringComparer.Ordinal);
        var missing = Rows.SelectMany(r => Named().Matches(r).Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value)))
            .Where(t => !tests[t.Class].Any(text => Regex.IsMatch(text, $@"\b{t.Method}\(")))
            .Select(t => $"{t.Class}.{t.Method}");
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"^\|\s*(\d+)\s*\|")]
    private static partial Regex RowStart();

    [GeneratedRegex(@"`([A-Z]\w*)\.([A-Z]\w*)`")]
    private static partial Regex Named();
}
