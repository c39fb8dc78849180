using System.Reflection;
using System.Xml.Linq;

namespace AiManager.Architecture.Tests;

/// <summary>The repository these tests were built from, and what was built.</summary>
internal static class Repository
{
    public const string Domain = "AiManager.Domain";
    public const string Host = "AiManager.Host";
    public static readonly string[] Wings = ["AiManager.Memory", "AiManager.Tools", "AiManager.ExecutionAgents", "AiManager.ManagerAgent"];
    public static readonly string[] Projects = [Domain, .. Wings, Host];

    public static readonly string Root = FindRoot();

    public static string Folder(string project) => Path.Combine(Root, "src", project["AiManager.".Length..]);

    public static XDocument ProjectFile(string project) => XDocument.Load(Path.Combine(Folder(project), project + ".csproj"));

    /// <summary>The values of an item's Include in a project file, in its order.</summary>
    public static string[] Items(string project, string item) =>
        [.. ProjectFile(project).Descendants(item).Select(element => (string)element.Attribute("Include")!)];

    public static Assembly Compiled(string project) => Assembly.Load(new AssemblyName(project));

    /// <summary>What people wrote under src: C# and Razor files, without what the build puts beside them.</summary>
    public static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Folder(project), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
            .Where(file => !Path.GetRelativePath(Folder(project), file).Split('/', '\\').Any(part => part is "bin" or "obj"));

    public static string Relative(string file) => Path.GetRelativePath(Root, file);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AiManager.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("No AiManager.sln above " + AppContext.BaseDirectory);
        return folder.FullName;
    }
}
