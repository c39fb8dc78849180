using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Decides journaled calls again under another policy, on what they were decided on: the arguments of that time, the facts and the moment that were pinned, the labels, the
/// workflow's past, the tool as it was, and the permits that the workflow began under. The policy that decided decides alike. What the gate refused before it came to
/// authority stays refused, and budgets are not looked at. Take the events of each stream in their order, those of the company's stream before the decisions that came after
/// them; then ask once.
/// </summary>
/// <remarks>
/// Where another policy changes arguments otherwise than they were changed, the facts about the rest were never read: then what it says of the call as it was wanted is
/// what counts.
/// </remarks>
public sealed class PolicyReplay
{
    private readonly Policy _policy;
    private readonly ToolsThen _tools;
    private readonly EarlierTools _earlier;
    private readonly KeptStates _kept = new();
    private readonly Dictionary<string, ReplayedStream> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<(Effect Before, Effect After, string Rules), ReplayedFlip> _flips = [];
    private readonly Dictionary<GovernedTool, JsonSchema?> _schemas = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _streams = new(StringComparer.Ordinal);
    private DateTimeOffset? _from;
    private DateTimeOffset? _until;
    private int _decided;
    private int _refusedEarlier;
    private int _leftOut;
    private int _unplaced;

    private PolicyReplay(Policy policy, ToolsThen tools, EarlierTools earlier) => (_policy, _tools, _earlier) = (policy, tools, earlier);

    /// <summary>Under the policy and the catalogue of a company.</summary>
    /// <param name="tools">The company's.</param>
    /// <param name="earlier">What was in force before: by its permits goes on what began under it.</param>
    /// <param name="blobs">Has what sources have listed.</param>
    /// <param name="since">As <see cref="Since"/>.</param>
    /// <param name="before">As <see cref="Before"/>.</param>
    public static PolicyReplay Under(CompanyTools tools, EarlierTools earlier, IBlobs blobs, DateTimeOffset? since = null, DateTimeOffset? before = null)
    {
        ArgumentNullException.ThrowIfNull(tools);
        return new PolicyReplay(tools.Policy, new ToolsThen(tools.Catalog, blobs), earlier) { Since = since, Before = before };
    }

    internal static PolicyReplay Under(Policy policy, ToolsThen tools, EarlierTools earlier) => new(policy, tools, earlier);

    /// <summary>Decisions before this moment are part of the past of those behind it, and are not decided again themselves; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The same of decisions at or after this moment.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Takes the next event.</summary>
    /// <param name="stream">Whose.</param>
    /// <param name="recorded">What happened.</param>
    /// <param name="cancellationToken">Stops waiting for blobs and earlier configurations.</param>
    public async Task AddAsync(string stream, Recorded recorded, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        if (stream == CompanyState.Stream)
        {
            await _tools.AddAsync(recorded, cancellationToken);
            return;
        }

        if (!_open.TryGetValue(stream, out var past))
        {
            past = ReplayedStream.Begin(stream, recorded.Event, _kept);
            if (past is null)
            {
                _leftOut += recorded.Event is CallDecided ? 1 : 0;
                return;
            }

            _open[stream] = past;
        }

        if (recorded.Event is CallDecided decided)
        {
            await DecideAsync(stream, recorded, past, decided, cancellationToken);
        }

        past.Apply(recorded);
        if (past.IsOver)
        {
            past.Forget();
            _open.Remove(stream); // there may be many
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
        Unplaced = _unplaced,
    };

    private async Task DecideAsync(string stream, Recorded recorded, ReplayedStream past, CallDecided decided, CancellationToken cancellationToken)
    {
        if (past.State is not { } state || !state.Calls.TryGetValue(decided.Call, out var call))
        {
            _leftOut++;
            return;
        }

        if (!past.TryTakeUp(call))
        {
            return; // it had been asked about already: this is about a delay, or the use of an approval
        }

        if (recorded.At < Since || recorded.At >= Before)
        {
            return;
        }

        // Without its verdict and its facts authority came to no decision: something broke, and that is a no whatever the rules say.
        var step = decided.Steps.FirstOrDefault(s => s.Step == "authority");
        if (step is null || (decided.Policy is null && decided.Steps.All(s => s.Step != "facts")))
        {
            _refusedEarlier++;
            return;
        }

        var permits = decided.Permits is { } bundle ? await _earlier(bundle, cancellationToken) : null;
        var tool = _tools.Find(call.Proposed.Tool, decided.ToolVersion, recorded.Position);
        if (tool is ToolThen.NotOnRecord || (decided.Permits is not null && permits is null) || past.KnownTo(decided) is not { } known)
        {
            _leftOut++;
            return;
        }

        _decided++;
        _streams.Add(stream);
        _from = _from < recorded.At ? _from : recorded.At;
        _until = _until > recorded.At ? _until : recorded.At;
        var before = EffectOf(step);
        var (after, rules) = Again(tool, (state, known), call, decided, recorded.At, permits?.Policy);
        if (after != before && decided.Policy?.Known is null && (_policy.LooksBack(call.Proposed.Tool) || permits?.Policy.LooksBack(call.Proposed.Tool) == true))
        {
            _unplaced++;
        }

        past.Note(decided.Call, after == before ? null : Count(before, after, rules.IsEmpty ? decided.Rules : rules, new ReplayedCall(
            recorded.Position, stream, recorded.At, call.Proposed.Agent, call.Proposed.Tool, call.Wanted, decided.Facts)
        {
            Seq = recorded.Seq,
        }));
    }

    /// <summary>A flip is told by the rules that make it: those of the new policy, and where it has none, those that are missed.</summary>
    private ReplayedFlip Count(Effect before, Effect after, ImmutableArray<string> rules, ReplayedCall call)
    {
        var key = (before, after, string.Join('\n', rules));
        if (!_flips.TryGetValue(key, out var flip))
        {
            _flips[key] = flip = new ReplayedFlip(before, after, rules);
        }

        flip.Add(call);
        return flip;
    }

    /// <summary>As the gate decides: what rules change is checked against the tool, and decided anew.</summary>
    private (Effect Effect, ImmutableArray<string> Rules) Again(ToolThen then, (WorkflowState Now, WorkflowState Known) state, CallState call, CallDecided decided, DateTimeOffset at, Policy? permits)
    {
        if (Governed(then) is not { } tool)
        {
            return (Effect.Deny, []);
        }

        var asked = new Asked(then, tool, state.Now, state.Known, call, decided, decided.Policy?.Now ?? at);
        var change = call.Changed is { Edit: null, Changes.IsEmpty: false } byRules ? byRules : null;
        var first = _policy.Decide(asked.About(call.Wanted, change?.Facts ?? decided.Facts, change is null ? decided.Policy?.Labels : decided.Policy?.LabelsBefore), permits);
        if (first.Args is not { } changed)
        {
            return (first.Effect, first.Rules);
        }

        if (SchemaOf(tool)?.Validate(changed) is { IsEmpty: false })
        {
            return (Effect.Deny, first.Rules);
        }

        if (change?.Args != changed)
        {
            return (first.Effect, first.Rules);
        }

        var second = _policy.DecideAnew(first, asked.About(changed, decided.Facts, decided.Policy?.Labels), permits);
        return (second.Effect, second.Rules);
    }

    private JsonSchema? SchemaOf(GovernedTool tool)
    {
        if (!_schemas.TryGetValue(tool, out var schema))
        {
            schema = tool.Parameters is { } parameters && JsonSchema.TryLoad(parameters, out var loaded, out _) ? loaded : null;
            _schemas.Add(tool, schema);
        }

        return schema;
    }

    private static GovernedTool? Governed(ToolThen then) => then switch
    {
        ToolThen.Defined defined => defined.Tool,
        ToolThen.FoundOut found => found.Tool,
        _ => null,
    };

    private static Effect EffectOf(GateStep step) => step.Verdict switch
    {
        "passed" => Effect.Allow,
        "changed" => Effect.Transform,
        "asked" => Effect.Ask,
        "deferred" => Effect.Defer,
        _ => Effect.Deny,
    };

    /// <summary>What authority was asked about one call.</summary>
    private sealed record Asked(ToolThen Then, GovernedTool Tool, WorkflowState State, WorkflowState Known, CallState Call, CallDecided Decided, DateTimeOffset Now)
    {
        public AuthorityRequest About(JsonText args, JsonText facts, ImmutableArray<string>? labels)
        {
            var request = new AuthorityRequest(
                Tool.Name,
                Tool.Traits,
                Call.Proposed.Agent,
                WhenValue.FromJson(args.ToElement()),
                FactsReading.Read(Tool.Facts, facts),
                Call.Proposed.Task is { } id ? State.Task(id)?.Task : null,
                State.Submitted,
                State.Agreed?.Playbook,
                Now)
            {
                ArgsJson = args,
                FoundOut = Then is ToolThen.FoundOut ? Tool : null,
                History = CallHistory.Of(Known, Call.Proposed.Call),
            };
            return request with { Labels = LabelsOf(request, labels) };
        }

        /// <summary>
        /// What the arguments are made of. Decisions from before that was told in their verdict have it with the proposal, where none at all and not known read alike: the
        /// step about data flow tells them apart, and where it was not taken, the digest of the request.
        /// </summary>
        private WhenValue? LabelsOf(AuthorityRequest request, ImmutableArray<string>? told)
        {
            var known = Call.Proposed.Labels.IsDefault ? [] : Call.Proposed.Labels;
            if (told is { } labels || !known.IsEmpty)
            {
                return LabelNames.Value(told ?? known);
            }

            var none = LabelNames.Value(ImmutableArray<string>.Empty);
            return Decided.Steps.FirstOrDefault(s => s.Step == "flow") is { } flow
                ? flow.Verdict == "notConfigured" ? null : none
                : Decided.Policy is { } said && (request with { Labels = none }).Digest() == said.Request ? none : null;
        }
    }
}
