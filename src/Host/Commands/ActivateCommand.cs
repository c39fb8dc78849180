using System.CommandLine;

namespace AiManager.Host;

/// <summary><c>activate</c>: brings what lies in a company's folder into force on a shared store. Hosts take it on within a second or two, without a restart.</summary>
internal static class ActivateCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) =>
        new Command("activate", "Puts the company's folder in force for all hosts of a shared store.").Does(terminal, async (line, token) =>
        {
            var place = SharedOptions.Place(line);
            if (!place.IsShared)
            {
                throw new UsageException("A data folder always runs the company that it is started with; only a shared store (--store) has one in force.");
            }

            var company = place.LoadFolder();
            await using var opened = await OpenedCompany.OfStoreAsync(place, activates: true, token);
            await terminal.Out.WriteLineAsync($"In force for all hosts: {company.Folder} ({NodeNotices.Short(opened.Standing.Active.Hash)}).");
            return Exit.Completed;
        });
}
