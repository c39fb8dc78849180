using System.Collections.Immutable;
using System.Globalization;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Whether a statement holds of a policy.</summary>
/// <param name="Holds">True or false; null when it cannot be decided.</param>
/// <param name="Understood">The statement as it was understood, a sentence.</param>
/// <param name="Why">When it does not hold, or nobody can say: why.</param>
/// <param name="Example">A call that breaks it; null when none was found.</param>
/// <param name="Notes">Tools that were left out, and why.</param>
public sealed record PolicyProof(bool? Holds, string Understood, string? Why, CallExample? Example, ImmutableArray<string> Notes);

/// <summary>
/// Proves statements about all calls that can come before a policy. A budget counts where it asks or denies whatever was spent before: when one call alone
/// spends more than the cap.
/// </summary>
internal sealed class PolicyProver(PolicySide side, DateTimeOffset now)
{
    private readonly List<string> _notes = [];

    public PolicyProof Prove(string text)
    {
        var statement = Statement.Read(text);
        var tools = StatementWords.Find(statement.What, side.Tools).Where(t => Fits(statement, t)).ToList();
        if (tools.Count == 0)
        {
            throw new StatementException($"The statement is about no call: {string.Join(" ", _notes)}");
        }

        var agents = statement.Agent is { } one ? [one] : AgentSet.Of(side.Agents, side.Policy.Rules);
        if (statement.Agent is { } named && !side.Agents.Contains(named) && named != "system")
        {
            _notes.Add($"There is no agent '{named}' here.");
        }

        var understood = Say(statement, tools);
        string? doubt = null;
        foreach (var tool in tools)
        {
            foreach (var agent in AgentSet.Callers(tool, agents))
            {
                var view = new PolicyView(side.Policy, tool, agent, BudgetRules(tool), now);
                var ground = CallGround.Of(tool, agent, now);
                var subject = Subject(statement, tool);
                switch (WhenSolver.Solve(PolicyView.And([subject, Broken(statement, view)]), ground))
                {
                    case WhenAnswer.Yes yes:
                        return new PolicyProof(false, understood, Verdict(view, yes.Example), CallExample.Of(agent, tool.Name, yes.Example), [.. _notes]);
                    case WhenAnswer.Unknown unknown:
                        doubt ??= $"For {agent} and {tool.Name} {unknown.Reason}.";
                        break;
                }

                if (WhenSolver.Solve(PolicyView.And([subject, Changed(statement, view)]), ground) is not WhenAnswer.No)
                {
                    doubt ??= $"For {agent} and {tool.Name} rules change the call before it is decided on.";
                }
            }
        }

        return new PolicyProof(doubt is null ? true : null, understood, doubt, null, [.. _notes]);
    }

    /// <summary>What breaks the statement.</summary>
    private static WhenDemand Broken(Statement statement, PolicyView view) => statement.Kind switch
    {
        StatementKind.Never => new WhenDemand.Any([view.Allowed, view.Asked]),
        StatementKind.AlwaysAllowed => new WhenDemand.Any([.. PolicyView.Verdicts.Where(e => e != Effect.Allow).Select(view.Of)]),
        _ => new WhenDemand.Any([view.Allowed, .. statement.Roles.Select(role => PolicyView.And([view.Asked, view.WithoutSeat(role, 1)]))]),
    };

    /// <summary>Verdicts between asking and allowing: what becomes of such a call is decided when it is another one.</summary>
    private static WhenDemand Changed(Statement statement, PolicyView view) => statement.Kind == StatementKind.AlwaysAllowed
        ? WhenDemand.Never
        : new WhenDemand.Any([.. PolicyView.Verdicts.Where(e => e > Effect.Ask && e < Effect.Allow).Select(view.Of)]);

    private WhenDemand Subject(Statement statement, GovernedTool tool)
    {
        var known = new WhenFacts { Tool = tool.Traits, Lists = side.Policy.Lists };
        var parts = new List<WhenDemand>();
        if (statement.When is { } when)
        {
            parts.Add(new WhenDemand.Of(when.Settled(known), WhenWanted.True));
        }

        if (statement.Above is { } amount)
        {
            parts.Add(new WhenDemand.Of(MoneyAbove(tool, amount), WhenWanted.True));
        }

        return PolicyView.And(parts);
    }

    private IEnumerable<PolicyRule> BudgetRules(GovernedTool tool) => tool.Money is null
        ? []
        : from budget in side.Policy.Budgets
          let cap = budget.Cap.Money
          where cap is not null && budget.IsAbout(tool.Name)
          select new PolicyRule(budget.Id, budget.OnExceeded, [], [], MoneyAbove(tool, cap ?? 0), null, budget.Approvers, new ConfigPlace("authority.yaml", 1, 1));

    private static WhenExpression MoneyAbove(GovernedTool tool, decimal amount) =>
        ((WhenParsed.Sound)When.Parse(string.Create(CultureInfo.InvariantCulture, $"{tool.Money} > {amount}"), WhenPosition.Start)).Expression;

    private bool Fits(Statement statement, GovernedTool tool)
    {
        if (statement.Above is not null && tool.Money is null)
        {
            _notes.Add($"{tool.Name} says no money that could be compared, and is left out.");
            return false;
        }

        if (statement.When is not { } when)
        {
            return true;
        }

        if (PolicyScope.Lacking(when.FieldsRead(), tool.Args, tool.Facts) is { } lacking)
        {
            _notes.Add($"{tool.Name} has no {lacking} and is left out.");
            return false;
        }

        var lists = new WhenType.Record(side.Policy.Lists.Fields.ToDictionary(l => l.Key, WhenType (_) => new WhenType.Dynamic(), StringComparer.Ordinal));
        var faults = when.Check(PolicyScope.Types(tool.Args, tool.Facts, lists));
        return faults.Count == 0 ? true : throw new StatementException($"The condition does not fit {tool.Name}: {faults[0].Message}");
    }

    private static string Verdict(PolicyView view, WhenFacts example)
    {
        var (effect, rules) = view.Verdict(example);
        var ids = rules.IsEmpty ? "no rule" : string.Join(", ", rules.Select(r => r.Id));
        return effect == Effect.Ask ? $"ask by {ids}, of {Approvers.Together([.. rules.Select(r => r.Approvers)])}" : $"{effect.ToString().ToLowerInvariant()} by {ids}";
    }

    private static string Say(Statement statement, List<GovernedTool> tools)
    {
        var calls = $"call of {string.Join(", ", tools.Select(t => t.Name))} by {statement.Agent ?? "anybody"}";
        var conditions = new List<string>();
        if (statement.Above is { } above)
        {
            conditions.Add(string.Join(" or ", tools.Select(t => t.Money).Distinct()) + string.Create(CultureInfo.InvariantCulture, $" > {above}"));
        }

        if (statement.When is { } when)
        {
            conditions.Add(when.ToString());
        }

        var which = conditions.Count == 0 ? string.Empty : $" with {string.Join(" and ", conditions)}";
        return statement.Kind switch
        {
            StatementKind.Never => $"No {calls}{which} gets through, asked about or not.",
            StatementKind.AlwaysAllowed => $"Every {calls}{which} is allowed without asking.",
            _ => $"No {calls}{which} gets through unless {(statement.Roles.IsEmpty ? "somebody" : string.Join(" and ", statement.Roles))} was asked.",
        };
    }
}
