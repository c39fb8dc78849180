using System.Collections.Immutable;
using System.CommandLine;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// <c>verify</c>: the first-run proof, in a data folder that is thrown away. The company's own examples go through the real gate, and the journal of that
/// is verified. A write goes to the gate only when authority has just said that it will not let it through.
/// </summary>
internal static class VerifyCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) =>
        new Command("verify", "Proves the installation: a read allowed, a write denied, a write asked, the journal verified.").Does(terminal, async (line, token) =>
        {
            await using var at = await Rehearsal.OpenTemporaryAsync(line, token);
            var log = await BeginAsync(at.Deployment, token);
            var calls = RehearsalCalls.Of(at.Deployment.Company);
            var reads = at.Deployment.Company.Tools.Catalog.Infos.ToDictionary(t => t.Name, t => t.IsReadOnly, StringComparer.Ordinal);
            var holds = await ShowAsync(terminal, at.Deployment, log, "a read is allowed", calls.Where(c => reads.GetValueOrDefault(c.Tool)), Effect.Allow, token);
            holds &= await ShowAsync(terminal, at.Deployment, log, "a write is denied", calls.Where(c => !reads.GetValueOrDefault(c.Tool, true)), Effect.Deny, token);
            holds &= await ShowAsync(terminal, at.Deployment, log, "a write is asked", calls.Where(c => !reads.GetValueOrDefault(c.Tool, true)), Effect.Ask, token);
            await log.FlushAsync(token);
            var audit = await at.Deployment.Get<IJournalAudit>().VerifyAsync(null, token);
            await SayAsync(terminal, audit.IsSound, "the journal is verified", JournalCommand.Say(audit));
            return holds && audit.IsSound ? Exit.Completed : Exit.Unexpected;
        });

    private static async Task<RehearsalLog> BeginAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var desk = deployment.Get<WorkflowDesk>();
        var requester = deployment.Company.ToResource().PersonOrOperator(null).Id;
        var submitted = await desk.SubmitAsync(new SubmitRequest("Verify this installation.", requester, deployment.Company.Bundle.Hash), cancellationToken);
        var workflow = submitted is SubmitResult.Created created ? await desk.FindAsync(created.Workflow, cancellationToken) : null;
        return new RehearsalLog(
            deployment.Get<IWorkflowJournal>(), deployment.Get<TimeProvider>(), workflow?.State ?? throw new InvalidOperationException($"A first goal came to {submitted}."));
    }

    private static async Task<bool> ShowAsync(
        Terminal terminal, Deployment deployment, RehearsalLog log, string what, IEnumerable<RehearsalCall> calls, Effect wanted, CancellationToken cancellationToken)
    {
        foreach (var call in calls.Where(c => c.Expected == wanted).Distinct())
        {
            if ((await deployment.Get<AuthorityDesk>().CheckAsync(call.Agent, call.Tool, call.Args, labels: null, cancellationToken)).Effect != wanted)
            {
                continue;
            }

            var id = PrefixedId.Derive<CallId>(log.State.Id.Value, what + log.State.Calls.Count);
            var intent = new ToolCall(id, null, Actor.Agent(call.Agent), call.Tool, call.Args, new Grant([call.Tool]));
            var result = await deployment.Get<IToolGate>().CallAsync(intent, log, cancellationToken);
            var isShown = (wanted, result) is (Effect.Allow, CallResult.Settled { Outcome: CallOutcome.Succeeded }) or (Effect.Deny, CallResult.Refused) or (Effect.Ask, CallResult.Suspended);
            if (isShown)
            {
                await SayAsync(terminal, true, what, $"{call.Agent} calls {call.Tool}: {Reason(log, id)}");
                return true;
            }
        }

        await SayAsync(terminal, false, what, "No example shows it: add one to 'tests' in authority.yaml.");
        return false;
    }

    private static string Reason(RehearsalLog log, CallId id)
    {
        var decided = log.State.Calls[id].Decided;
        return decided is null ? "decided" : $"{(decided.Rules.IsEmpty ? "no rule" : string.Join(", ", decided.Rules))} – {decided.Reason}";
    }

    private static Task SayAsync(Terminal terminal, bool holds, string what, string why) =>
        terminal.Out.WriteLineAsync($"{(holds ? "ok    " : "FAILED")}  {what}: {Printable.Cut(why, 300)}");
}
