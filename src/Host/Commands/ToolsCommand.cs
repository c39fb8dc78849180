using System.CommandLine;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>tools</c>: what agents can do, and saying what tools of outside sources do.</summary>
internal static class ToolsCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) => new("tools", "What agents can do.") { MakeList(terminal), MakeCheck(terminal), ClassifyCommand.Make(terminal) };

    private static Command MakeList(Terminal terminal) => new Command("list", "The catalogue, as its sources listed it last.").Does(terminal, async (line, token) =>
    {
        await using var looked = await LookedAtSources.OpenAsync(SharedOptions.Place(line), token);
        await looked.RecallAsync(token);
        foreach (var record in looked.Catalog.Records)
        {
            await terminal.Out.WriteLineAsync(record.Info is { } tool
                ? $"{tool.Name,-32} {EffectClassNames.Write(tool.Effect),-18} {(tool.IsReadOnly ? "read-only" : "writes"),-10} {Printable.Cut(tool.Description, 120)}"
                : $"{Printable.Line(record.Name),-32} {NameOf(record.Standing),-18} {string.Empty,-10} {Printable.Cut(record.Problem ?? string.Empty, 200)}");
        }

        foreach (var source in looked.Catalog.Unlisted)
        {
            await terminal.Out.WriteLineAsync($"{source}: has not been asked for its tools yet. Ask it with: tools check");
        }

        return Exit.Completed;
    });

    private static Command MakeCheck(Terminal terminal)
    {
        var create = new Option<bool>("--create") { Description = "Make the table for keys where it is missing, so that each write is applied once." };
        return new Command("check", "Connects to every source and says how it is, which tools nobody has classified, and why.") { create }.Does(terminal, async (line, token) =>
        {
            await using var looked = await LookedAtSources.OpenAsync(SharedOptions.Place(line), token);
            await looked.Company.EnsureWorldAsync(token);
            var databases = await looked.Catalog.CheckAsync(line.GetValue(create), token);
            var asked = await looked.AskAsync(token);
            foreach (var source in databases.AddRange(asked))
            {
                var state = source.IsReachable ? source.StoresKeys ? "answers, stores keys" : "answers"
                    : source.IsTried ? "cannot be reached" : "is known by its document; it is asked when something is called";
                await terminal.Out.WriteLineAsync($"{source.Source}: {state}{(source.Problem is { } problem ? " – " + Printable.Line(problem) : string.Empty)}");
            }

            var records = looked.Catalog.Records;
            foreach (var record in records.Where(r => r.Standing != ToolStanding.Classified))
            {
                await terminal.Out.WriteLineAsync($"{Printable.Line(record.Name)}: {NameOf(record.Standing)} – {Printable.Line(record.Problem ?? string.Empty)}{(record.Remedy is { } remedy ? $" Classify it in tools.yaml, or with: {Printable.Line(remedy)}" : string.Empty)}{Claimed(record)}");
            }

            var unclassified = records.Count(r => r.Standing == ToolStanding.Unclassified);
            await terminal.Out.WriteLineAsync($"{records.Length} tools, {(unclassified == 0 ? "none" : unclassified)} unclassified.");
            return databases.AddRange(asked).All(s => s.Problem is null && (s.IsReachable || !s.IsTried)) && records.All(r => r.Standing is ToolStanding.Classified or ToolStanding.Unclassified)
                ? Exit.Completed
                : Exit.Unexpected;
        });
    }

    private static string NameOf(ToolStanding standing) => standing switch
    {
        ToolStanding.Classified => "classified",
        ToolStanding.Unclassified => "unclassified",
        ToolStanding.Missing => "missing",
        _ => "unusable",
    };

    /// <summary>What the source says of it, for whoever has to look: never more than that.</summary>
    private static string Claimed(CatalogRecord record)
    {
        var claims = new[] { (record.Claims.ReadOnly, "read-only"), (record.Claims.Destructive, "destructive"), (record.Claims.Idempotent, "idempotent"), (record.Claims.OpenWorld, "open-world") }
            .Where(c => c.Item1 is not null).Select(c => $"{(c.Item1 == true ? string.Empty : "not ")}{c.Item2}").ToList();
        return claims.Count == 0 ? string.Empty : $" (It claims to be {string.Join(", ", claims)}.)";
    }
}
