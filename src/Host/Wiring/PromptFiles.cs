using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>The manager's prompts, as they were built into the program.</summary>
internal static class PromptFiles
{
    private const string Folder = "prompts/";

    /// <summary>Reads and binds them; mistakes go to <paramref name="reader"/>.</summary>
    public static ManagerPrompts Bind(ConfigReader reader)
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

        foreach (var fault in faults)
        {
            reader.Fault(fault.Place, fault.Message);
        }

        return ManagerPrompts.Bind(pages, reader);
    }
}
