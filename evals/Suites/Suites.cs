namespace AiManager.Evals;

/// <summary>The suites of a repository.</summary>
internal static class Suites
{
    private const string Ending = ".yaml";

    /// <summary>Where the repository is that this program was built from; null when it was moved away from it.</summary>
    public static string? Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AiManager.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }

    /// <summary>Every suite's name, in order.</summary>
    public static IReadOnlyList<string> In(string repository) =>
        [.. Directory.EnumerateFiles(Folder(repository), "*" + Ending).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public static string PathOf(string repository, string name) => Path.Combine(Folder(repository), name + Ending);

    /// <summary>Reads one. Throws <see cref="ConfigException"/>.</summary>
    public static EvalSuite Read(string repository, string name) => SuiteReader.Read(PathOf(repository, name));

    private static string Folder(string repository) => Path.Combine(repository, "evals", "suites");
}
