using System.Collections.Immutable;
using System.CommandLine;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary><c>submit</c> and <c>resume</c>: goals pursued in this terminal.</summary>
internal static class SubmitCommand
{
    private static readonly Option<string?> As = new("--as") { Description = "Who asks. Default: the first person with the role 'operator'.", HelpName = "PERSON" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the workflow's object as the last line." };
    private static readonly Option<string[]> AutoApprove = new("--auto-approve")
    {
        Description = "Answer for the first eligible person of this role, where the company allows it. Repeatable.",
        HelpName = "ROLE",
    };

    private static readonly Option<string?> Workflow = new("--workflow") { Description = "Only this one. Default: whatever is unfinished.", HelpName = "ID" };

    /// <summary><c>submit "GOAL"</c>.</summary>
    public static Command Make(Terminal terminal)
    {
        var goal = new Argument<string>("goal") { Description = "What you want, in plain words." };
        return new Command("submit", "Pursues a goal in this terminal.") { goal, As, Json, AutoApprove, SharedOptions.Activate }.Does(terminal, async (line, cancellationToken) =>
        {
            await using var desk = await TerminalDesks.OpenAsync(line, cancellationToken);
            var requester = Requester(line, desk);
            await GreetAsync(terminal, desk);
            return await desk.SubmitAsync(line.GetRequiredValue(goal), requester, cancellationToken) switch
            {
                SubmitResult.Created created => await PursueAsync(terminal, desk, line, requester, [created.Workflow], cancellationToken),
                SubmitResult.Joined joined => await JoinAsync(terminal, desk, line, requester, joined.Workflow, cancellationToken),
                SubmitResult.Invalid invalid => throw new UsageException(invalid.Reason),
                _ => Exit.Unexpected,
            };
        });
    }

    /// <summary><c>resume</c>.</summary>
    public static Command MakeResume(Terminal terminal) =>
        new Command("resume", "Drives whatever is unfinished until it waits.") { Workflow, As, Json, AutoApprove, SharedOptions.Activate }.Does(terminal, async (line, cancellationToken) =>
        {
            await using var desk = await TerminalDesks.OpenAsync(line, cancellationToken);
            var requester = Requester(line, desk);
            await GreetAsync(terminal, desk);
            var workflows = line.GetValue(Workflow) switch
            {
                null => await desk.OpenAsync(cancellationToken),
                var text when PrefixedId.TryRead<WorkflowId>(text, out var id) => [id],
                var text => throw new UsageException($"'{text}' is no workflow's id; one looks like wf_01k…"),
            };
            if (workflows.IsEmpty)
            {
                await terminal.Out.WriteLineAsync("Nothing is unfinished here.");
            }

            return await PursueAsync(terminal, desk, line, requester, workflows, cancellationToken);
        });

    private static async Task<int> JoinAsync(Terminal terminal, ITerminalDesk desk, ParseResult line, string requester, WorkflowId workflow, CancellationToken cancellationToken)
    {
        await terminal.Out.WriteLineAsync($"This is pursued already: {workflow}. Going on with it.");
        return await PursueAsync(terminal, desk, line, requester, [workflow], cancellationToken);
    }

    private static async Task<int> PursueAsync(
        Terminal terminal, ITerminalDesk desk, ParseResult line, string requester, ImmutableArray<WorkflowId> workflows, CancellationToken cancellationToken)
    {
        var code = Exit.Completed;
        foreach (var id in workflows)
        {
            IProgressView view = terminal.Live is { } live ? new LiveProgress(live, desk.Company.ToWords(), TimeProvider.System) : new PlainProgress(terminal.Out, desk.Company.ToWords(), TimeProvider.System);
            var pursuit = new Pursuit(desk, terminal, view, requester, [.. line.GetValue(AutoApprove) ?? []]);
            var workflow = await pursuit.RunAsync(id, cancellationToken);
            ReportPrinter.Print(workflow, terminal.Out);
            if (line.GetValue(Json))
            {
                ReportPrinter.PrintJson(workflow, terminal.Out);
            }

            code = Worse(code, Exit.Of(workflow.Status));
        }

        return code;
    }

    /// <summary>Of several workflows the one that needs most attention counts: unexpected, failed, waiting, completed.</summary>
    private static int Worse(int left, int right)
    {
        ReadOnlySpan<int> order = [Exit.Completed, Exit.Waiting, Exit.Failed, Exit.Unexpected];
        return order.IndexOf(left) >= order.IndexOf(right) ? left : right;
    }

    private static string Requester(ParseResult line, ITerminalDesk desk)
    {
        var company = desk.Company;
        if (line.GetValue(AutoApprove) is { Length: > 0 } roles)
        {
            if (desk.IsShared)
            {
                throw new UsageException("--auto-approve: " + ITerminalDesk.NotHere);
            }

            if (!company.AllowLocalStandIn)
            {
                throw new UsageException("--auto-approve answers for other people; this company does not allow that (allowLocalStandIn in company.yaml).");
            }

            if (roles.FirstOrDefault(r => company.People.All(p => !p.Roles.Contains(r))) is { } unknown)
            {
                throw new UsageException($"Nobody has the role '{unknown}'. Roles: {string.Join(", ", company.People.SelectMany(p => p.Roles).Distinct().Order(StringComparer.Ordinal))}.");
            }
        }

        return company.PersonOrOperator(line.GetValue(As)).Id;
    }

    private static async Task GreetAsync(Terminal terminal, ITerminalDesk desk)
    {
        await terminal.Out.WriteLineAsync($"{Printable.Line(desk.Company.Name)}. {Printable.Line(desk.Company.ModelSentence)}");
        if (desk.Notice is { } notice)
        {
            await terminal.Error.WriteLineAsync(Printable.Line(notice));
        }
    }
}
