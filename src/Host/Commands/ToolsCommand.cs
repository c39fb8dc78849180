using System.CommandLine;

namespace AiManager.Host;

/// <summary><c>tools</c>: what agents can do.</summary>
internal static class ToolsCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) => new("tools", "What agents can do.") { MakeList(terminal), MakeCheck(terminal) };

    private static Command MakeList(Terminal terminal) => new Command("list", "The catalogue.").Does(terminal, async (line, token) =>
    {
        foreach (var tool in (await CompanyAsync(line, token)).Tools.Catalog.Infos)
        {
            await terminal.Out.WriteLineAsync($"{tool.Name,-32} {tool.Effect,-18} {(tool.IsReadOnly ? "read-only" : "writes"),-10} {Printable.Cut(tool.Description, 120)}");
        }

        return Exit.Completed;
    });

    private static Command MakeCheck(Terminal terminal)
    {
        var create = new Option<bool>("--create") { Description = "Make the table for keys where it is missing, so that each write is applied once." };
        return new Command("check", "Connects to every source and says how it is.") { create }.Does(terminal, async (line, token) =>
        {
            var company = await CompanyAsync(line, token);
            await company.EnsureWorldAsync(token);
            var sources = await company.Tools.Catalog.CheckAsync(line.GetValue(create), token);
            foreach (var source in sources)
            {
                var state = source.IsReachable ? source.StoresKeys ? "answers, stores keys" : "answers" : "cannot be reached";
                await terminal.Out.WriteLineAsync($"{source.Source}: {state}{(source.Problem is { } problem ? " – " + Printable.Line(problem) : string.Empty)}");
            }

            await terminal.Out.WriteLineAsync($"{company.Tools.Catalog.Infos.Count()} tools, none unclassified.");
            return sources.All(s => s.Problem is null) ? Exit.Completed : Exit.Unexpected;
        });
    }

    /// <summary>The folder's company, or on a shared store the one in force.</summary>
    private static async Task<LoadedCompany> CompanyAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var place = SharedOptions.Place(line);
        if (!place.IsShared)
        {
            return place.LoadFolder();
        }

        await using var opened = await OpenedCompany.ReadOnlyAsync(place, ofFolder: false, cancellationToken);
        return opened.Company;
    }
}
