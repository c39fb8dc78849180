namespace AiManager.Host;

/// <summary>
/// Environment variables, and files that stand for them: where <c>NAME</c> is not set and <c>NAME_FILE</c> is, its value is what that file holds. So secrets that an
/// orchestrator lays down as files need not be in anybody's environment.
/// </summary>
internal static class FileVariables
{
    private const string Ending = "_FILE";
    private const int Longest = 64 * 1024;

    /// <summary>Looks up a variable, then its file; null when there is neither. Throws <see cref="UsageException"/> when there is a file that cannot be read.</summary>
    public static Func<string, string?> Over(Func<string, string?> environment) => name =>
        environment(name) is { Length: > 0 } value ? value
        : !name.EndsWith(Ending, StringComparison.Ordinal) && environment(name + Ending) is { Length: > 0 } path ? Read(name + Ending, path)
        : environment(name);

    private static string Read(string variable, string path)
    {
        try
        {
            if (new FileInfo(path).Length > Longest)
            {
                throw new UsageException($"The file that {variable} names is longer than {Longest / 1024} KB.");
            }

            // Editors end a file with a line break, which no secret has.
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The file that {variable} names cannot be read.");
        }
    }
}
