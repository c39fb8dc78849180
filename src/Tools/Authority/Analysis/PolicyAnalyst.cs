using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Reasons about a company's policy without its world: nothing is opened, called or recorded. Immutable and pure.</summary>
public sealed class PolicyAnalyst
{
    private readonly PolicySide _side;
    private readonly DateTimeOffset _now;

    private readonly CompanyTools _tools;
    private readonly ImmutableHashSet<string> _held;

    private PolicyAnalyst(CompanyTools tools, PolicySide side, IEnumerable<string> held, DateTimeOffset now) => (_tools, _side, _held, _now) = (tools, side, [.. held], now);

    /// <summary>The policy of a company.</summary>
    /// <param name="tools">Its tools and its authority.</param>
    /// <param name="directory">Its agents.</param>
    /// <param name="now">A moment, for examples.</param>
    public static PolicyAnalyst Of(CompanyTools tools, IDirectory directory, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(directory);
        return new PolicyAnalyst(tools, new PolicySide(tools.Policy, CompanyTools.Governed(tools.Catalog), [.. directory.Agents.Select(a => a.Name)]) { Flows = tools.Flows }, directory.Agents.SelectMany(a => a.Tools), now);
    }

    /// <summary>Faults of the rules, errors first.</summary>
    public ImmutableArray<LintFinding> Lint() => [.. new PolicyLint(_side, _now).Run().Where(f => !IsUnused(f)).Concat(FlowLint.Run(_tools.Catalog, _tools.Flows)).OrderByDescending(f => f.IsError)];

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

    /// <summary>What an agent may do with a tool: what verdicts its calls can get, and by which rules. A tool that is not known is denied.</summary>
    public ToolPermission PermissionOf(string agent, string tool)
    {
        if (_side.Tools.FirstOrDefault(t => t.Name == tool) is not { } known)
        {
            return new ToolPermission(agent, tool, [Effect.Deny], []);
        }

        var view = new PolicyView(_side.Policy, known, agent);
        var ground = CallGround.Of(known, agent, _now);
        return new ToolPermission(
            agent,
            tool,
            [.. PolicyView.Verdicts.Where(e => WhenSolver.Solve(view.Of(e), ground) is not WhenAnswer.No)],
            [
                .. view.Rules.Where(r => WhenSolver.Solve(view.Matches(r), ground) is not WhenAnswer.No)
                    .Select(r => new RuleSummary(r.Id, r.Effect, r.When?.Text, r.Words, r.Place.Line)),
            ]);
    }

    /// <summary>What <paramref name="newer"/> says otherwise.</summary>
    public PolicyDiff DiffTo(PolicyAnalyst newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        return Widening.Diff(_side, newer._side, _now);
    }

    /// <summary>Whether <paramref name="newer"/> lets more through: for change control.</summary>
    public WideningAnswer WideningTo(PolicyAnalyst newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        return Widening.Of(_side, newer._side, _now);
    }
}
