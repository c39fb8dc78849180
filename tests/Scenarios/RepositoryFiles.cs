namespace AiManager.Scenarios.Tests;

/// <summary>The repository these tests were built from.</summary>
internal static class RepositoryFiles
{
    public static readonly string Root = FindRoot();

    public static string Sample(string name) => Path.Combine(Root, "samples", name);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AiManager.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("No AiManager.sln above " + AppContext.BaseDirectory);
        return folder.FullName;
    }
}
