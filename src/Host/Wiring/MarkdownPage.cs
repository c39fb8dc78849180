using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>Splits a Markdown file into front matter and body.</summary>
internal static class MarkdownPage
{
    private const string Fence = "---";

    /// <summary>True when <paramref name="text"/> begins with a line of three dashes.</summary>
    public static bool HasFrontMatter(string text) => text.StartsWith(Fence, StringComparison.Ordinal) && LineAt(text, 0).TrimEnd() is Fence;

    /// <summary>The page; null after a fault.</summary>
    /// <param name="file">Its path in the company, for places.</param>
    /// <param name="text">With LF line ends.</param>
    /// <param name="faults">What is wrong is added here.</param>
    public static ConfigPage? Read(string file, string text, ImmutableArray<ConfigFault>.Builder faults)
    {
        var top = new ConfigPlace(file, 1, 1);
        if (!HasFrontMatter(text))
        {
            faults.Add(new ConfigFault(top, "The file must begin with front matter: a line of three dashes, YAML, a line of three dashes."));
            return null;
        }

        var yamlStart = LineAt(text, 0).Length + 1;
        for (var (position, line) = (yamlStart, 2); position < text.Length; line++)
        {
            var content = LineAt(text, position);
            if (content.TrimEnd() is Fence)
            {
                var bodyStart = Math.Min(position + content.Length + 1, text.Length);
                return YamlText.Read(file, text[yamlStart..position], 2, faults) is { } map
                    ? new ConfigPage(map, text[bodyStart..], line + 1)
                    : null;
            }

            position += content.Length + 1;
        }

        faults.Add(new ConfigFault(top, "The front matter has no end: a line of three dashes is missing."));
        return null;
    }

    private static string LineAt(string text, int start)
    {
        var end = text.IndexOf('\n', start);
        return end < 0 ? text[start..] : text[start..end];
    }
}
