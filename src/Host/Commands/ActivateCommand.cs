using System.CommandLine;

namespace AiManager.Host;

/// <summary>
/// <c>activate</c>: brings what lies in a company's folder into force on a shared store, or proposes it where that takes a second person. Hosts take on what is in
/// force within a second or two, without a restart.
/// </summary>
internal static class ActivateCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal)
    {
        var person = new Option<string?>("--as") { Description = "Who does: the journal names them. Default: nobody by name.", HelpName = "PERSON" };
        var reason = new Option<string?>("--reason") { Description = "Why, for whoever reads it later.", HelpName = "TEXT" };
        var confirm = new Option<string?>("--confirm") { Description = "Agrees to a change that waits: it comes into force. Never by its author.", HelpName = "ID" };
        var reject = new Option<string?>("--reject") { Description = "Leaves a change for good.", HelpName = "ID" };
        var list = new Option<bool>("--list") { Description = "Changes that took, or take, a second person, and what each lets through." };
        return new Command("activate", "Puts the company's folder in force, or proposes it where what lets more through takes a second person.") { person, reason, confirm, reject, list }
            .Does(terminal, (line, token) => (line.GetValue(list), line.GetValue(confirm), line.GetValue(reject)) switch
            {
                (true, _, _) => ListAsync(terminal, line, token),
                (_, { } id, null) => DecideAsync(terminal, line, id, ChangeBody.Confirm, line.GetValue(person), line.GetValue(reason), token),
                (_, null, { } id) => DecideAsync(terminal, line, id, ChangeBody.Reject, line.GetValue(person), line.GetValue(reason), token),
                (_, null, null) => ActivateAsync(terminal, line, line.GetValue(person), line.GetValue(reason), token),
                _ => throw new UsageException("Either --confirm or --reject."),
            });
    }

    private static async Task<int> ActivateAsync(Terminal terminal, ParseResult line, string? named, string? reason, CancellationToken cancellationToken)
    {
        var place = SharedOptions.Place(line);
        var company = place.LoadFolder();
        var by = named is null ? null : company.ToResource().PersonOrOperator(named).Id;
        using var folder = place.IsShared ? null : await DataFolder.TakeOrRefuseAsync(place.DataFolder, cancellationToken);
        await using var opened = folder is null
            ? await OpenedCompany.OfStoreAsync(place, activates: true, cancellationToken, by, reason)
            : await OpenedCompany.OfFolderAsync(company, folder, cancellationToken, by, reason);
        if (!place.IsShared && (opened.Company.Settings.ChangeControl ?? company.Settings.ChangeControl) is null)
        {
            throw new UsageException("A data folder always runs the company that it is started with, unless changeControl in company.yaml says otherwise; only a shared store (--store) has one in force.");
        }

        switch (opened.Standing.Activation)
        {
            case Activation.Waits waits:
                await terminal.Out.WriteLineAsync($"It lets more through, and waits for a second person: {waits.Change.Proposed.Change}");
                await PrintAsync(terminal, waits.Change.Proposed.Widenings);
                return Exit.Waiting;
            case Activation.NeedsAuthor needs:
                await PrintAsync(terminal, needs.Widenings);
                throw new UsageException("It lets more through, so that it takes two people. Say who proposes it: --as PERSON");
            case Activation.Untested untested:
                foreach (var failure in untested.Failures)
                {
                    await terminal.Error.WriteLineAsync(Printable.Line(failure));
                }

                throw new UsageException("What does not pass its own tests does not come into force. Look at: authority test");
            default:
                await terminal.Out.WriteLineAsync($"In force for all hosts: {company.Folder} ({NodeNotices.Short(opened.Standing.Active.Hash)}).");
                return Exit.Completed;
        }
    }

    private static async Task<int> DecideAsync(
        Terminal terminal, ParseResult line, string id, string decision, string? person, string? reason, CancellationToken cancellationToken)
    {
        if (!PrefixedId.TryRead<ChangeId>(id, out var change))
        {
            throw new UsageException($"'{Printable.Line(id)}' is no change's id; one looks like chg_01k…");
        }

        if (person is null)
        {
            throw new UsageException("Say who decides: --as PERSON");
        }

        if (SharedOptions.Place(line).IsShared)
        {
            throw new UsageException("A terminal cannot prove who sits at it: a second person decides over HTTP with a key of their own (POST /api/changes/ID).");
        }

        await using var ring = await ChangeRing.OpenAsync(line, cancellationToken);
        var decided = await ring.DecideAsync(change, decision, person, reason, cancellationToken);
        await terminal.Out.WriteLineAsync(decision == ChangeBody.Confirm ? $"In force: {NodeNotices.Short(decided.Configuration)}." : "It never comes into force.");
        return Exit.Completed;
    }

    private static async Task<int> ListAsync(Terminal terminal, ParseResult line, CancellationToken cancellationToken)
    {
        await using var deployment = await Deployment.OpenReadOnlyAsync(SharedOptions.Place(line), ofFolder: false, cancellationToken);
        var all = deployment.Get<ChangeDesk>().All;
        foreach (var change in all)
        {
            var shown = ChangeResource.Of(change);
            var decided = shown.DecidedBy is { } by ? $" by {by} at {shown.DecidedAt:yyyy-MM-dd HH:mm} UTC" : string.Empty;
            await terminal.Out.WriteLineAsync($"{shown.Id}  {shown.Status}{decided}  proposed by {shown.By} at {shown.At:yyyy-MM-dd HH:mm} UTC{(shown.Reason is { } why ? ": " + Printable.Line(why) : string.Empty)}");
            await PrintAsync(terminal, shown.Widenings);
        }

        if (all.IsEmpty)
        {
            await terminal.Out.WriteLineAsync("No change took a second person yet.");
        }

        return Exit.Completed;
    }

    private static async Task PrintAsync(Terminal terminal, IEnumerable<ProposedWidening> widenings)
    {
        foreach (var widening in widenings)
        {
            await terminal.Out.WriteLineAsync($"  {(widening.IsCertain ? "WIDER  " : "perhaps")} {Printable.Line(widening.About)}: {Printable.Line(widening.Message)}");
            if (widening.Example is { } example)
            {
                await terminal.Out.WriteLineAsync($"          for example: {Printable.Cut(example, 400)}");
            }
        }
    }
}
