using System.Collections.Immutable;
using System.CommandLine;
using System.Net;

namespace AiManager.Host;

/// <summary>
/// <c>activate</c>: brings what lies in a company's folder into force, or proposes it where that takes a second person: in this process, or through the server that has the data
/// folder. Hosts take on what is in force within a second or two, without a restart.
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
        if (place.IsShared)
        {
            await using var shared = await OpenedCompany.OfStoreAsync(place, activates: true, cancellationToken, by, reason);
            return await TellAsync(terminal, company, shared.Standing);
        }

        return await DataFolder.OpenAsync(
            place.DataFolder,
            async folder =>
            {
                using (folder)
                {
                    await using var opened = await OpenedCompany.OfFolderAsync(company, folder, cancellationToken, by, reason, activates: true);
                    return (opened.Company.Settings.ChangeControl ?? company.Settings.ChangeControl) is null
                        ? throw new UsageException(FolderActivation.Uncontrolled)
                        : await TellAsync(terminal, company, opened.Standing);
                }
            },
            async server =>
            {
                using (server)
                {
                    return await AskAsync(terminal, server, company, by, reason, cancellationToken);
                }
            },
            cancellationToken);
    }

    private static async Task<int> TellAsync(Terminal terminal, LoadedCompany company, Standing standing)
    {
        switch (standing.Activation)
        {
            case Activation.Waits waits:
                return await TellAsync(terminal, waits.Change.Proposed.Change, waits.Change.Proposed.Widenings);
            case Activation.NeedsAuthor needs:
                await PrintAsync(terminal, needs.Widenings);
                throw new UsageException("It lets more through, so that it takes two people. Say who proposes it: --as PERSON");
            case Activation.Untested untested:
                foreach (var failure in untested.Failures)
                {
                    await terminal.Error.WriteLineAsync(Printable.Line(failure));
                }

                throw new UsageException(FolderActivation.Untested);
            default:
                return await TellAsync(terminal, company, standing.Active.Hash);
        }
    }

    private static async Task<int> TellAsync(Terminal terminal, ChangeId change, ImmutableArray<ProposedWidening> widenings)
    {
        await terminal.Out.WriteLineAsync($"It lets more through, and waits for a second person: {change}");
        await PrintAsync(terminal, widenings);
        return Exit.Waiting;
    }

    private static async Task<int> TellAsync(Terminal terminal, LoadedCompany company, string hash)
    {
        await terminal.Out.WriteLineAsync($"In force for all hosts: {company.Folder} ({NodeNotices.Short(hash)}).");
        return Exit.Completed;
    }

    /// <summary>Has the server that holds the data folder do it. It reads the files itself, and takes only those that are meant.</summary>
    private static async Task<int> AskAsync(Terminal terminal, LoopbackClient server, LoadedCompany company, string? by, string? reason, CancellationToken cancellationToken)
    {
        if (by is null)
        {
            throw new UsageException("A server has the data folder, and writes down who wants it: --as PERSON");
        }

        using var reply = await server.PostAsync("/api/changes", by, new ActivationBody(company.Bundle.Hash, reason), HostJson.Default.ActivationBody, cancellationToken);
        if (reply.StatusCode == HttpStatusCode.Accepted)
        {
            var waits = await LoopbackClient.ReadAsync(reply, HostJson.Default.ChangeResource, cancellationToken);
            return await TellAsync(terminal, waits.Id, waits.Widenings);
        }

        return await TellAsync(terminal, company, (await LoopbackClient.ReadAsync(reply, HostJson.Default.ActivatedResource, cancellationToken)).Configuration);
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
