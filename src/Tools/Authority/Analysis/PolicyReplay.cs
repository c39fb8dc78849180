using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Decides journaled calls again under another policy: on their own arguments, on the facts that were pinned for them, at their own moment. What the
/// gate refused before it came to authority stays refused, and budgets are not looked at. Take the events of the journal in their order; then ask once.
/// </summary>
public sealed class PolicyReplay
{
    private const int MostExamples = 3;

    private readonly Policy _policy;
    private readonly Dictionary<string, GovernedTool> _tools;
    private readonly Dictionary<string, Told> _workflows = new(StringComparer.Ordinal);
    private readonly Dictionary<(Effect Before, Effect After, string Rules), Flip> _flips = [];
    private readonly HashSet<string> _streams = new(StringComparer.Ordinal);
    private DateTimeOffset? _from;
    private DateTimeOffset? _until;
    private int _decided;
    private int _refusedEarlier;
    private int _leftOut;

    private PolicyReplay(Policy policy, IEnumerable<GovernedTool> tools) => (_policy, _tools) = (policy, tools.ToDictionary(t => t.Name, StringComparer.Ordinal));

    /// <summary>Under the policy and the catalogue of a company.</summary>
    public static PolicyReplay Under(CompanyTools tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        return new PolicyReplay(tools.Policy, CompanyTools.Governed(tools.Catalog));
    }

    internal static PolicyReplay Under(Policy policy, IEnumerable<GovernedTool> tools) => new(policy, tools);

    /// <summary>Takes the next event.</summary>
    /// <param name="stream">Whose.</param>
    /// <param name="recorded">What happened.</param>
    public void Add(string stream, Recorded recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        if (!_workflows.TryGetValue(stream, out var told))
        {
            _workflows[stream] = told = new Told();
        }

        switch (recorded.Event)
        {
            case GoalSubmitted goal:
                told.Goal ??= goal;
                break;
            case ContractAgreed agreed:
                told.Playbook ??= agreed.Playbook;
                break;
            case PlanAdopted adopted:
                told.Know(adopted.Plan.Tasks);
                break;
            case PlanRevised revised:
                told.Know(revised.Plan.Tasks);
                break;
            case TaskExpanded expanded:
                told.Know(expanded.Children);
                break;
            case CallProposed proposed:
                told.Open[proposed.Call] = proposed;
                break;
            case CallDecided decided when told.Open.Remove(decided.Call, out var call): // only the first decision: later ones are about an approval's use
                Decide(stream, recorded, told, call, decided);
                break;
            case ApprovalRequested asked:
                told.Asked[asked.Approval] = asked.Call;
                break;
            case ApprovalDecided { Verdict: not ApprovalVerdict.Void } said when told.Asked.TryGetValue(said.Approval, out var about) && told.Flipped.TryGetValue(about, out var flipped):
                flipped.Answers[about] = said.Verdict == ApprovalVerdict.Approved;
                break;
        }
    }

    /// <summary>What came of it.</summary>
    public ReplayReport Report() => new(
        _decided,
        _refusedEarlier,
        _leftOut,
        [.. _flips.Values.Select(f => f.Told()).OrderByDescending(f => f.After > f.Before).ThenByDescending(f => f.Count).ThenBy(f => string.Join(',', f.Rules), StringComparer.Ordinal)])
    {
        Policy = _policy.Hash,
        Workflows = _streams.Count,
        From = _from,
        Until = _until,
    };

    private void Decide(string stream, Recorded recorded, Told told, CallProposed call, CallDecided decided)
    {
        var step = decided.Steps.FirstOrDefault(s => s.Step == "authority");
        if (step is null)
        {
            _refusedEarlier++;
            return;
        }

        if (_policy.RulesOf(call.Tool).Any(r => r.History is not null && r.IsFor(call.Agent)))
        {
            _leftOut++;
            return;
        }

        _decided++;
        _streams.Add(stream);
        _from ??= recorded.At;
        _until = recorded.At;
        var before = step.Verdict switch
        {
            "passed" => Effect.Allow,
            "changed" => Effect.Transform,
            "asked" => Effect.Ask,
            "deferred" => Effect.Defer,
            _ => Effect.Deny,
        };
        var (after, rules) = Again(recorded, told, call, decided);
        if (after == before)
        {
            return;
        }

        // A flip is told by the rules that make it: those of the new policy, and where it has none, those that are missed.
        var named = rules.IsEmpty ? decided.Rules : rules;
        var key = (before, after, string.Join('\n', named));
        if (!_flips.TryGetValue(key, out var flip))
        {
            _flips[key] = flip = new Flip(before, after, named);
        }

        flip.Count++;
        told.Flipped[call.Call] = flip;
        if (flip.Examples.Count < MostExamples)
        {
            flip.Examples.Add(new ReplayedCall(recorded.Position, stream, recorded.At, call.Agent, call.Tool, call.Args, decided.Facts));
        }
    }

    private (Effect Effect, ImmutableArray<string> Rules) Again(Recorded recorded, Told told, CallProposed call, CallDecided decided)
    {
        if (!_tools.TryGetValue(call.Tool, out var tool))
        {
            return (Effect.Deny, []);
        }

        var decision = _policy.Decide(new AuthorityRequest(
            tool.Name,
            tool.Traits,
            call.Agent,
            WhenValue.FromJson(call.Args.ToElement()),
            FactsReading.Read(tool.Facts, decided.Facts),
            call.Task is { } id ? told.Tasks.GetValueOrDefault(id) : null,
            told.Goal,
            told.Playbook,
            recorded.At)
        {
            ArgsJson = call.Args,
            Labels = call.Labels.IsDefaultOrEmpty ? null : new WhenList([.. call.Labels.Select(l => new WhenText(l))]),
        });
        return (decision.Effect, decision.Rules);
    }

    /// <summary>Calls that the same rules would have decided otherwise.</summary>
    private sealed class Flip(Effect before, Effect after, ImmutableArray<string> rules)
    {
        public int Count { get; set; }

        public List<ReplayedCall> Examples { get; } = [];

        /// <summary>Whether people agreed, the last time they were asked about a call; silence is a no.</summary>
        public Dictionary<CallId, bool> Answers { get; } = [];

        public ReplayFlip Told()
        {
            var agreed = Answers.Values.Count(yes => yes);
            return new ReplayFlip(before, after, rules, Count, [.. Examples]) { Agreed = agreed, Refused = Answers.Count - agreed };
        }
    }

    /// <summary>What is remembered of a workflow.</summary>
    private sealed class Told
    {
        public GoalSubmitted? Goal { get; set; }

        public string? Playbook { get; set; }

        public Dictionary<TaskId, WorkTask> Tasks { get; } = [];

        public Dictionary<CallId, CallProposed> Open { get; } = [];

        public Dictionary<ApprovalId, CallId> Asked { get; } = [];

        public Dictionary<CallId, Flip> Flipped { get; } = [];

        public void Know(IEnumerable<WorkTask> tasks)
        {
            foreach (var task in tasks)
            {
                Tasks[task.Id] = task;
            }
        }
    }
}

/// <summary>What another policy would have decided over the journal's calls.</summary>
/// <param name="Calls">How many calls authority had been asked about.</param>
/// <param name="RefusedEarlier">How many the gate had refused before it came to authority.</param>
/// <param name="LeftOut">How many are not decided again, because rules ask what happened before them.</param>
/// <param name="Flips">What would have come out otherwise; more let through first, then by count.</param>
public sealed record ReplayReport(int Calls, int RefusedEarlier, int LeftOut, ImmutableArray<ReplayFlip> Flips)
{
    /// <summary>The policy: the digest that decisions under it would name.</summary>
    public string Policy { get; init; } = string.Empty;

    /// <summary>In how many workflows, monitors' streams among them, calls were decided again.</summary>
    public int Workflows { get; init; }

    /// <summary>When the first of them was decided, UTC; null where there is none.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When the last of them was decided, UTC; null where there is none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How many calls that is.</summary>
    public int Flipped => Flips.Sum(f => f.Count);
}

/// <summary>Calls that the same rules would have decided otherwise.</summary>
/// <param name="Before">What authority had said.</param>
/// <param name="After">What it would have said.</param>
/// <param name="Rules">The rules that would have decided; where none would, those that did.</param>
/// <param name="Count">How many calls.</param>
/// <param name="Examples">The first of them, at most 3.</param>
public sealed record ReplayFlip(Effect Before, Effect After, ImmutableArray<string> Rules, int Count, ImmutableArray<ReplayedCall> Examples)
{
    /// <summary>To how many of them people agreed when they were asked.</summary>
    public int Agreed { get; init; }

    /// <summary>To how many of them people said no, something else, or nothing in time.</summary>
    public int Refused { get; init; }
}

/// <summary>A call that was decided.</summary>
/// <param name="Position">Of its decision in the journal.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="At">When.</param>
/// <param name="Agent">Who called.</param>
/// <param name="Tool">What.</param>
/// <param name="Args">With which arguments.</param>
/// <param name="Facts">The facts as pinned.</param>
public sealed record ReplayedCall(long Position, string Workflow, DateTimeOffset At, string Agent, string Tool, JsonText Args, JsonText Facts);
