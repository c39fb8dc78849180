using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent;

/// <summary>Asks somebody other than the doer for a judgement: an agent with the skill <c>review</c>, or the manager itself.</summary>
internal sealed class Reviewers(Dialogue dialogue, IDirectory directory, ManagerPrompts prompts)
{
    /// <summary>The skill of those who may judge others' work.</summary>
    public const string Skill = "review";

    private static readonly JsonText Schema = JsonText.Parse(
        """
        {"type":"object","required":["accepted","reasons"],"properties":{
          "accepted":{"type":"boolean"},
          "reasons":{"type":"array","maxItems":20,"items":{"type":"string","maxLength":1000},"description":"one sentence each; at least one when it is not accepted"}}}
        """);

    /// <summary>Who judged, what they said and why. No usable answer is a no: nothing is done that nobody has seen.</summary>
    public async Task<(Actor Reviewer, bool Accepted, ImmutableArray<string> Reasons)> AskAsync(
        string subject, string words, JsonObject context, TaskId? task, Actor? doer, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var agent = directory.Agents.Where(a => a.Skills.Contains(Skill) && Actor.Agent(a.Name) != doer).OrderBy(a => a.Name, StringComparer.Ordinal).FirstOrDefault();
        var reviewer = agent is null ? Actor.Manager : Actor.Agent(agent.Name);
        var question = new ManagerQuestion("review", subject, words, context, Schema)
        {
            Task = task,
            Role = agent?.Name ?? "manager",
            Model = agent?.Model ?? "default",
            Persona = agent is null ? null : $"{agent.Prompt}\n\n{prompts.Steps["review"].Text}",
        };
        return await dialogue.AskAsync(question, log, cancellationToken) switch
        {
            DialogueResult.Answered { Reply: var reply } => (reviewer, reply.GetProperty("accepted").GetBoolean(), Reasons(reply)),
            DialogueResult.NoScript none => (reviewer, false, [$"Nobody could review it: {none.Reason}"]),
            DialogueResult.Failed failed => (reviewer, false, [$"Nobody could review it: {failed.Reason}"]),
            DialogueResult.Unusable unusable => (reviewer, false, [$"The review was not in order: {unusable.Errors[0]}"]),
            _ => (reviewer, false, ["Nobody could review it."]),
        };
    }

    private static ImmutableArray<string> Reasons(System.Text.Json.JsonElement reply)
    {
        var reasons = reply.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()!).Where(r => !string.IsNullOrWhiteSpace(r)).ToImmutableArray();
        return reasons.IsEmpty ? [reply.GetProperty("accepted").GetBoolean() ? "It satisfies its contract." : "The reviewer gave no reason."] : reasons;
    }
}
