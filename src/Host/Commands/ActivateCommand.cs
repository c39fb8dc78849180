using System.CommandLine;

namespace AiManager.Host;

/// <summary><c>activate</c>: brings what lies in a company's folder into force on a shared store. Hosts take it on within a second or two, without a restart.</summary>
internal static class ActivateCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal)
    {
        var person = new Option<string?>("--as") { Description = "Who does: the journal names them. Default: nobody by name.", HelpName = "PERSON" };
        return new Command("activate", "Puts the company's folder in force for all hosts of a shared store.") { person }.Does(terminal, async (line, token) =>
        {
            var place = SharedOptions.Place(line);
            if (!place.IsShared)
            {
                throw new UsageException("A data folder always runs the company that it is started with; only a shared store (--store) has one in force.");
            }

            var company = place.LoadFolder();
            var by = line.GetValue(person) is { } named ? company.ToResource().PersonOrOperator(named).Id : null;
            await using var opened = await OpenedCompany.OfStoreAsync(place, activates: true, token, by);
            await terminal.Out.WriteLineAsync($"In force for all hosts: {company.Folder} ({NodeNotices.Short(opened.Standing.Active.Hash)}).");
            return Exit.Completed;
        });
    }
}
