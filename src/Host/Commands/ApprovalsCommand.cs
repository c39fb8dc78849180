using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>approvals</c>: the inbox in a terminal.</summary>
internal static class ApprovalsCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal)
    {
        var command = new Command("approvals", "What waits for a decision.") { MakeDecide(terminal), new Command("list", "Everything that waits.").Does(terminal, (line, token) => ListAsync(terminal, line, token)) };
        return command.Does(terminal, (line, token) => ListAsync(terminal, line, token));
    }

    private static async Task<int> ListAsync(Terminal terminal, ParseResult line, CancellationToken cancellationToken)
    {
        await using var deployment = await Deployment.OpenReadOnlyAsync(SharedOptions.Place(line), ofFolder: false, cancellationToken);
        var waits = 0;
        string? cursor = null;
        do
        {
            var page = await deployment.Get<ApprovalDesk>().ListAsync(new InboxQuery(ApprovalView.Pending, Cursor: cursor), null, cancellationToken);
            await PrintAsync(terminal, page.Items, deployment.Get<PlainWords>());
            (waits, cursor) = (waits + page.Items.Length, page.Next);
        }
        while (cursor is not null);
        if (waits == 0)
        {
            await terminal.Out.WriteLineAsync("Nothing waits for a decision.");
        }

        return Exit.Completed;
    }

    private static async Task PrintAsync(Terminal terminal, ImmutableArray<ApprovalView> pending, PlainWords words)
    {
        foreach (var approval in pending.Select(ApprovalResource.Of))
        {
            var seats = string.Join(", ", approval.Seats.Select(s => s.By is null ? s.Role : $"{s.Role} ({Printable.Line(words.Who(s.By))} agrees)"));
            await terminal.Out.WriteLineAsync($"{approval.Id}  until {approval.ExpiresAt:yyyy-MM-dd HH:mm} UTC  {seats}");
            if (Others(approval, words) is { Length: > 0 } others)
            {
                await terminal.Out.WriteLineAsync($"    by now also: {others}");
            }

            await terminal.Out.WriteLineAsync($"    {words.Who(approval.Agent)} wants {approval.Tool} {Printable.Cut(approval.Arguments.Text, 400)}");
            foreach (var change in approval.EditedBy is null ? [] : approval.Changes)
            {
                await terminal.Out.WriteLineAsync($"    {Printable.Line(words.Who(approval.EditedBy))} changed {Printable.Line(change.Argument)}: {Printable.Cut(change.Before?.Text ?? "nothing", 100)} → {Printable.Cut(change.After?.Text ?? "nothing", 100)}");
            }

            await terminal.Out.WriteLineAsync($"    {Printable.Line(words.Read(approval.Reason))} [{approval.Rule}]  facts: {Printable.Cut(approval.Facts.Text, 200)}");
        }
    }

    /// <summary>Who may decide beside those whose seats they are.</summary>
    private static string Others(ApprovalResource approval, PlainWords words) => string.Join(", ", approval.StandIns.Select(s => Printable.Line($"{words.Who(s.Person)} for {words.Who(s.For)}")).Concat(approval.EscalatedTo.Select(e => e.To)).Distinct());

    private static Command MakeDecide(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "An approval's id: ap_…" };
        var verdict = new Argument<string>("decision") { Description = "approve, edit, reject or respond" };
        verdict.AcceptOnlyFromAmong(DecisionBody.Approve, DecisionBody.Edit, DecisionBody.Reject, DecisionBody.Respond);
        var person = new Option<string?>("--as") { Description = "Who decides. Default: the first person who can.", HelpName = "PERSON" };
        var reason = new Option<string?>("--reason") { Description = "Why; with respond: the answer.", HelpName = "TEXT" };
        var arguments = new Option<string?>("--arguments") { Description = "With edit: all arguments as they should be.", HelpName = "JSON" };
        return new Command("decide", "Decides one approval for a person, where the company lets a terminal do that.") { id, verdict, person, reason, arguments }.Does(terminal, async (line, token) =>
        {
            var text = line.GetRequiredValue(id);
            if (!PrefixedId.TryRead<ApprovalId>(text, out var approval))
            {
                await terminal.Error.WriteLineAsync($"'{Printable.Line(text)}' is no approval's id; one looks like ap_01k…");
                return Exit.Unexpected;
            }

            var answer = Answer(line.GetRequiredValue(verdict), line.GetValue(reason), line.GetValue(arguments));
            if (SharedOptions.Place(line).IsShared)
            {
                throw new UsageException(ITerminalDesk.NotHere);
            }

            await using var desk = await TerminalDesks.OpenAsync(line, token);
            if (!desk.Company.AllowLocalStandIn)
            {
                throw new UsageException("A terminal cannot prove who sits at it. Decide over HTTP with the person's own key, or set allowLocalStandIn in company.yaml.");
            }

            var decides = line.GetValue(person) is { } named ? desk.Company.PersonOrOperator(named) : await FirstWhoCanAsync(desk, approval, token);
            return decides is null
                ? await TellAsync(terminal, $"There is no approval {approval} that anybody here could decide.")
                : await SayAsync(terminal, await desk.DecideAsync(approval, answer, decides.Id, token), decides);
        });
    }

    private static ApprovalAnswer Answer(string verdict, string? reason, string? arguments)
    {
        if (arguments is not null != (verdict == DecisionBody.Edit))
        {
            throw new UsageException("--arguments goes with edit, and edit with --arguments.");
        }

        if (verdict == DecisionBody.Respond && string.IsNullOrWhiteSpace(reason))
        {
            throw new UsageException("respond needs --reason: the answer, in words.");
        }

        return verdict switch
        {
            DecisionBody.Approve => new ApprovalAnswer.Approve(reason),
            DecisionBody.Respond => new ApprovalAnswer.Respond(null, reason),
            DecisionBody.Edit => JsonText.TryParse(arguments!, out var args) && args.ToElement().ValueKind == JsonValueKind.Object
                ? new ApprovalAnswer.Edit(args, reason)
                : throw new UsageException("--arguments must be a JSON object."),
            _ => new ApprovalAnswer.Reject(reason),
        };
    }

    private static async Task<PersonResource?> FirstWhoCanAsync(ITerminalDesk desk, ApprovalId id, CancellationToken cancellationToken) =>
        await desk.FindAsync(id, cancellationToken) is { Status: ApprovalView.Pending } approval
            ? StandIns.Next(approval, desk.Company.People, null, string.Empty)?.Person
            : null;

    private static async Task<int> SayAsync(Terminal terminal, DecideResult result, PersonResource person)
    {
        switch (result)
        {
            case DecideResult.Recorded recorded:
                var open = recorded.Seats.Where(s => s.By is null).Select(s => s.Role).ToImmutableArray();
                await terminal.Out.WriteLineAsync($"Recorded for {Printable.Line(person.Name)}: {recorded.Status}{(open.IsEmpty || recorded.Status != "pending" ? string.Empty : ", still open: " + string.Join(", ", open))}. Go on with: resume");
                return Exit.Completed;
            case DecideResult.Forbidden forbidden:
                return await TellAsync(terminal, forbidden.Reason);
            case DecideResult.Conflict conflict:
                return await TellAsync(terminal, conflict.Reason);
            case DecideResult.Invalid invalid:
                return await TellAsync(terminal, invalid.Reason);
            case DecideResult.TooMany late:
                return await TellAsync(terminal, late.Reason);
            default:
                return await TellAsync(terminal, "There is no such approval.");
        }
    }

    private static async Task<int> TellAsync(Terminal terminal, string sentence)
    {
        await terminal.Error.WriteLineAsync(Printable.Line(sentence));
        return Exit.Unexpected;
    }
}
