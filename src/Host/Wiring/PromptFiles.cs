using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>The manager's prompts, as they were built into the program, or as a folder has them that is tried out.</summary>
internal static class PromptFiles
{
    /// <summary>A folder with other versions of some of them.</summary>
    public const string Variable = "AIMANAGER_PROMPTS";

    private const string Folder = "prompts/";

    /// <summary>Reads and binds them; mistakes go to <paramref name="reader"/>.</summary>
    /// <param name="reader">Told what is wrong.</param>
    /// <param name="environment">Looks up a variable; null when it is not set.</param>
    public static ManagerPrompts Bind(ConfigReader reader, Func<string, string?> environment)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var pages = new SortedDictionary<string, ConfigPage>(StringComparer.Ordinal);
        var program = typeof(PromptFiles).Assembly;
        foreach (var name in program.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var stream = program.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (CompanyText.Read(name, bytes, faults) is { } text && MarkdownPage.Read(name, text, faults) is { } page)
            {
                pages.Add(name, page);
            }
        }

        if (environment(Variable) is { Length: > 0 } folder)
        {
            Replace(pages, folder, faults);
        }

        foreach (var fault in faults)
        {
            reader.Fault(fault.Place, fault.Message);
        }

        return ManagerPrompts.Bind(pages, reader);
    }

    /// <summary>What the folder has stands in place of what was built in under the same name.</summary>
    private static void Replace(SortedDictionary<string, ConfigPage> pages, string folder, ImmutableArray<ConfigFault>.Builder faults)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"{Variable}: there is no folder '{folder}'.");
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal))
        {
            var name = Folder + Path.GetFileName(path);
            if (!pages.ContainsKey(name))
            {
                faults.Add(new ConfigFault(new ConfigPlace(path, 1, 1), $"There is no prompt of this name. There are: {string.Join(", ", pages.Keys.Select(k => k[Folder.Length..]))}."));
            }
            else if (CompanyText.Read(path, File.ReadAllBytes(path), faults) is { } text && MarkdownPage.Read(path, text, faults) is { } page)
            {
                pages[name] = page;
            }
        }
    }
}
