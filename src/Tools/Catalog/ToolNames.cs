namespace AiManager.Tools;

/// <summary>Names of tools from outside, as they are called here: always the same for the same tool, and nothing in them that means something to us.</summary>
internal static class ToolNames
{
    /// <summary>Names longer than this are no names for models.</summary>
    public const int Longest = 100;

    /// <summary><c>source.tool</c>, with <c>_</c> for every character of the remote name that is no ASCII letter, digit, <c>_</c> or <c>-</c>. A name that has nothing else is no name: null.</summary>
    public static string? Of(string source, string remoteName)
    {
        var name = string.Create(remoteName.Length, remoteName, (span, remote) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(remote[i]) || remote[i] is '_' or '-' ? remote[i] : '_';
            }
        });
        return name.Length is > 0 and <= Longest && name.AsSpan().ContainsAnyExcept('_', '-') ? $"{source}.{name}" : null;
    }

    /// <summary>Whether a source may be called that.</summary>
    public static bool IsSource(string name) =>
        name.Length is > 0 and <= 40 && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');
}
