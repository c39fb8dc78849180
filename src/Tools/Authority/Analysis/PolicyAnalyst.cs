using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Reasons about a company's policy without its world: nothing is opened, called or recorded. Immutable and pure.</summary>
public sealed class PolicyAnalyst
{
    private readonly PolicySide _side;
    private readonly DateTimeOffset _now;

    private readonly CompanyTools _tools;
    private readonly Catalog _known;
    private readonly ImmutableHashSet<string> _held;

    private PolicyAnalyst(CompanyTools tools, PolicySide side, Catalog known, IEnumerable<string> held, DateTimeOffset now) =>
        (_tools, _side, _known, _held, _now) = (tools, side, known, [.. held], now);

    /// <summary>The policy of a company.</summary>
    /// <param name="tools">Its tools and its authority.</param>
    /// <param name="directory">Its agents.</param>
    /// <param name="now">A moment, for examples; rules that have ended by then are left out.</param>
    /// <param name="known">
    /// What is known of tools that were found out by asking their sources, where another company's catalogue knows it: a draft has asked nobody. Null for its own.
    /// </param>
    public static PolicyAnalyst Of(CompanyTools tools, IDirectory directory, DateTimeOffset now, Catalog? known = null)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(directory);
        var side = new PolicySide(tools.Policy, CompanyTools.Governed(tools.Catalog), [.. directory.Agents.Select(a => a.Name)])
        {
            Flows = tools.Flows,
            Sources = [.. tools.Catalog.Outside.Select(o => o.Source.Name)],
            Unasked = [.. (known ?? tools.Catalog).Outside.Where(o => o.Listing is null).Select(o => o.Source.Name)],
        };
        return new PolicyAnalyst(tools, side, known ?? tools.Catalog, directory.Agents.SelectMany(a => a.Tools), now);
    }

    /// <summary>When the next of its rules ends; null when none does any more. Until then it says the same at every moment.</summary>
    public DateTimeOffset? EndsNext => _side.Policy.Rules.Where(r => !r.HasEnded(_now)).Min(r => r.ValidUntil);

    /// <summary>
    /// Tools of sources that are asked of which nobody here knows what they listed: they are taken as the files have them, with whatever arguments. Where two policies are compared all such tools
    /// are, whatever is known: what one lets through must hold also of what a source lists tomorrow.
    /// </summary>
    public ImmutableArray<string> AsTheFilesHaveThem => [.. _side.Tools.Select(t => t.Name).Where(n => _tools.Catalog.Outside.Any(o => o.Owns(n)) && _known.Find(n) is null)];

    /// <summary>Faults of the rules, errors first. Tools that were found out are taken as the gate knows them.</summary>
    /// <param name="cancellationToken">Gives up, with an <see cref="OperationCanceledException"/>.</param>
    public ImmutableArray<LintFinding> Lint(CancellationToken cancellationToken = default) => [.. new PolicyLint(AsKnown(), _now, cancellationToken).Run().Where(f => !IsUnused(f)).Concat(FlowLint.Run(_tools.Catalog, _tools.Flows)).OrderByDescending(f => f.IsError)];

    /// <summary>A tool that every company has and no agent of this one was given: that no rule mentions it is as it should be.</summary>
    private bool IsUnused(LintFinding finding) =>
        finding.Kind == PolicyLint.Unmentioned && !_held.Contains(finding.Id)
        && finding.Id[..Math.Max(0, finding.Id.IndexOf('.', StringComparison.Ordinal))] is KnowledgeTools.Source or PeopleTools.Source or ResultPages.Source;

    /// <summary>Whether a statement holds. Throws <see cref="StatementException"/> when it cannot be read or is about nothing.</summary>
    public PolicyProof Prove(string statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return new PolicyProver(_side, _now).Prove(statement);
    }

    /// <summary>
    /// What an agent may do with a tool: what verdicts its calls can get, and by which rules, of the tool as the gate knows it at this moment. One that is not known, or
    /// that may not run, is denied.
    /// </summary>
    /// <param name="agent">Who calls.</param>
    /// <param name="tool">What.</param>
    /// <param name="cancellationToken">Gives up, with an <see cref="OperationCanceledException"/>.</param>
    public ToolPermission PermissionOf(string agent, string tool, CancellationToken cancellationToken = default)
    {
        if (As(tool) is not { } known)
        {
            return new ToolPermission(agent, tool, [Effect.Deny], []);
        }

        var view = known.IsFoundOut ? PolicyView.OfFoundOut(_side.Policy, known.Tool, agent, _now) : new PolicyView(_side.Policy, known.Tool, agent, now: _now);
        var ground = CallGround.Of(known.Tool, agent, _now);
        return new ToolPermission(
            agent,
            tool,
            [.. PolicyView.Verdicts.Where(e => WhenSolver.Solve(view.Of(e), ground, cancellationToken) is not WhenAnswer.No)],
            [
                .. view.Rules.Where(r => WhenSolver.Solve(view.Matches(r), ground, cancellationToken) is not WhenAnswer.No)
                    .Select(r => new RuleSummary(r.Id, r.Effect, r.When?.Text, r.Words, r.Place.File, r.Place.Line)),
            ]);
    }

    /// <summary>What <paramref name="newer"/> says otherwise.</summary>
    /// <param name="newer">The other one.</param>
    /// <param name="cancellationToken">Gives up, with an <see cref="OperationCanceledException"/>: all calls of many rules are many.</param>
    public PolicyDiff DiffTo(PolicyAnalyst newer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(newer);
        return Widening.Diff(_side, newer._side, _now, cancellationToken);
    }

    /// <summary>Whether <paramref name="newer"/> lets more through: for change control.</summary>
    public WideningAnswer WideningTo(PolicyAnalyst newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        return Widening.Of(_side, newer._side, _now);
    }

    private PolicySide AsKnown()
    {
        var found = _side.Tools.Select(t => _known.Find(t.Name)).OfType<Tool>().Where(t => t.IsFoundOut).ToDictionary(t => t.Name, t => t.Governed, StringComparer.Ordinal);
        return _side with { Tools = [.. _side.Tools.Select(t => found.GetValueOrDefault(t.Name, t))], FoundOut = [.. found.Keys] };
    }

    /// <summary>A tool as rules know it, in the order in which the gate looks; null where no call of it gets as far as a rule.</summary>
    private (GovernedTool Tool, bool IsFoundOut)? As(string tool) =>
        _known.Find(tool) is { IsFoundOut: true } found ? (found.Governed, true)
        : _known.WhyNot(tool) is null && _side.Tools.FirstOrDefault(t => t.Name == tool) is { } bound ? (bound, false)
        : null;
}
