using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent;

/// <summary>Asks somebody other than the doer for a judgement: an agent with the skill <c>review</c>, or the manager itself.</summary>
internal sealed class Reviewers(Dialogue dialogue, IDirectory directory, ICompany company, ManagerPrompts prompts)
{
    /// <summary>The skill of those who may judge others' work.</summary>
    public const string Skill = "review";

    private static readonly JsonText Schema = JsonText.Parse(
        """
        {"type":"object","required":["accepted","reasons"],"properties":{
          "accepted":{"type":"boolean"},
          "reasons":{"type":"array","maxItems":20,"items":{"type":"string","maxLength":1000},"description":"one sentence each; at least one when it is not accepted"}}}
        """);

    /// <summary>
    /// Who judged, what they said and why. An answer that is not in order is a no: nothing is done that nobody has seen. No answer at all is none: the
    /// work is not to blame, and doing it again could do it twice.
    /// </summary>
    public async Task<Judgement> AskAsync(
        string subject, string words, JsonObject context, TaskId? task, IReadOnlyCollection<Actor> doers, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var agent = directory.Agents
            .Where(a => a.Skills.Contains(Skill) && !doers.Contains(Actor.Agent(a.Name)) && company.State.StopOf(a.Name) is null).OrderBy(a => a.Name, StringComparer.Ordinal).FirstOrDefault();
        var reviewer = agent is null ? Actor.Manager : Actor.Agent(agent.Name);
        var round = Escalations.Answered(log.State, EscalationKind.Model);
        var question = new ManagerQuestion("review", $"{subject}/{round}", words, context, Schema)
        {
            Task = task,
            Role = agent?.Name ?? "manager",
            Model = agent?.Model ?? AgentProfile.UsualModel,
            Persona = agent is null ? null : $"{agent.Prompt}\n\n{prompts.Steps["review"].Text}",
        };
        return await dialogue.AskAsync(question, log, cancellationToken) switch
        {
            DialogueResult.Answered { Reply: var reply } => new Judgement.Made(reviewer, reply.GetProperty("accepted").GetBoolean(), Reasons(reply)),
            DialogueResult.Unusable unusable => new Judgement.Made(reviewer, false, [$"The review was not in order: {unusable.Errors[0]}"]),
            DialogueResult.NoScript none => new Judgement.Missing(none.Reason),
            DialogueResult.Failed failed => new Judgement.Missing(failed.Reason),
            _ => new Judgement.Overtaken(),
        };
    }

    private static ImmutableArray<string> Reasons(System.Text.Json.JsonElement reply)
    {
        var reasons = reply.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()!).Where(r => !string.IsNullOrWhiteSpace(r)).ToImmutableArray();
        return reasons.IsEmpty ? [reply.GetProperty("accepted").GetBoolean() ? "It satisfies its contract." : "The reviewer gave no reason."] : reasons;
    }
}

/// <summary>What came of asking a reviewer.</summary>
internal abstract record Judgement
{
    private Judgement()
    {
    }

    /// <summary>A judgement.</summary>
    /// <param name="Reviewer">Who; never a doer.</param>
    /// <param name="Accepted">Whether it is as it should be.</param>
    /// <param name="Reasons">What was found; never empty.</param>
    public sealed record Made(Actor Reviewer, bool Accepted, ImmutableArray<string> Reasons) : Judgement;

    /// <summary>Nobody could judge.</summary>
    public sealed record Missing(string Reason) : Judgement;

    /// <summary>The workflow was paused or ended first.</summary>
    public sealed record Overtaken : Judgement;
}
