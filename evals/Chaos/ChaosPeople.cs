using System.Buffers.Binary;
using System.Security.Cryptography;
using AiManager.Host;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Evals;

/// <summary>
/// The people of a chaos run: some agree, some refuse, some never answer; and whoever is asked about the same goal again and again gives it up. What they answer is a function
/// of the seed and of what is asked.
/// </summary>
/// <param name="host">Where they work.</param>
/// <param name="requester">Whose goals they are.</param>
/// <param name="seed">Another seed is other people.</param>
internal sealed class ChaosPeople(InProcessHost host, string requester, long seed)
{
    private const int AgreeBelow = 70;
    private const int RefuseBelow = 85;

    /// <summary>Questions about one workflow before people give it up.</summary>
    private const int Patience = 6;

    private readonly CompanyResource _company = host.Company.ToResource();
    private readonly AnswerDesk _answers = host.Get<AnswerDesk>();
    private readonly ApprovalDesk _approvals = host.Get<ApprovalDesk>();

    /// <summary>Answers what a workflow asks. True when anything was answered.</summary>
    public async Task<bool> AnswerAsync(WorkflowState state, CancellationToken cancellationToken)
    {
        var isAnswered = false;
        foreach (var approval in state.Approvals.Values.Where(a => a.Verdict is null).Select(a => a.Requested.Approval))
        {
            isAnswered |= await DecideAsync(approval, cancellationToken);
        }

        foreach (var open in state.Escalations.Values.Where(e => state.IsOpen(e) && !e.IsLook))
        {
            isAnswered |= await AnswerAsync(state, open.Raised, cancellationToken);
        }

        return isAnswered;
    }

    private async Task<bool> DecideAsync(ApprovalId id, CancellationToken cancellationToken)
    {
        var mood = Mood(id.Value, 100);
        var isAnswered = false;
        while (mood < RefuseBelow && await _approvals.FindAsync(id, cancellationToken) is { Status: ApprovalView.Pending } view
            && StandIns.Next(ApprovalResource.Of(view), _company.People, roles: null, requester) is { } next)
        {
            ApprovalAnswer answer = mood < AgreeBelow ? new ApprovalAnswer.Approve() : new ApprovalAnswer.Reject("Not now.");
            if (await _approvals.DecideAsync(id, next.Person.Id, answer, Caller.LocalTerminal, cancellationToken) is not DecideResult.Recorded)
            {
                break;
            }

            isAnswered = true;
        }

        return isAnswered;
    }

    private async Task<bool> AnswerAsync(WorkflowState state, Escalated asked, CancellationToken cancellationToken)
    {
        var person = StandIns.ForQuestion(asked.Role, _company, requester) ?? _company.People[0];
        var answered = state.Escalations.Values.Count(e => e.Choice is not null);
        var choice = asked.Choices.IsEmpty ? EscalationState.Noted
            : asked.Kind == EscalationKind.UnknownCall ? WorkflowState.Again // the tools here store keys; "it happened" would have to be looked up
            : answered >= Patience && asked.Choices.Contains("giveUp") ? "giveUp"
            : asked.Choices[Mood(asked.Escalation.Value, asked.Choices.Length)];
        return await _answers.AnswerAsync(state.Id, asked.Escalation, choice, null, person.Id, Caller.LocalTerminal, cancellationToken) is AnswerResult.Given;
    }

    private int Mood(Guid of, int below)
    {
        Span<byte> input = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(input, seed);
        of.TryWriteBytes(input[8..], bigEndian: true, out _);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, digest);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(digest) % (uint)below);
    }
}
