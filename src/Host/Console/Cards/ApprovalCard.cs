using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>An approval with everything that somebody needs in order to decide it where they stand.</summary>
/// <param name="View">The approval.</param>
/// <param name="IsMine">Whether whoever looks can decide it.</param>
/// <param name="Heading">The action, in words.</param>
/// <param name="Amount">What it would spend; null for nothing.</param>
/// <param name="Goal">What the workflow is for.</param>
/// <param name="Task">The task; null when it is about none.</param>
/// <param name="Fields">Every argument, with where it was seen before.</param>
/// <param name="Deciders">Who could fill the open seats.</param>
/// <param name="Tried">What happened before; empty for nothing.</param>
/// <param name="Spend">What the goal has spent and has left.</param>
internal sealed record ApprovalCard(
    ApprovalView View,
    bool IsMine,
    string Heading,
    string? Amount,
    string Goal,
    string? Task,
    ImmutableArray<ArgumentField> Fields,
    ImmutableArray<(string Id, string Name)> Deciders,
    ImmutableArray<string> Tried,
    ImmutableArray<SpendLine> Spend)
{
    /// <summary>Values of a call that stand in a line, and letters of each.</summary>
    private const int MostInLine = 4;
    private const int MostLetters = 60;

    /// <summary>How the budgets stand now that ask, and all others of money that it counts in.</summary>
    public ImmutableArray<CardBudget> Budgets { get; init; } = [];

    /// <summary>Why it is asked, but for what <see cref="Budgets"/> shows.</summary>
    public ImmutableArray<AskedReason> Reasons { get; init; } = [];

    /// <summary>Where the amount stands that it would spend, such as <c>facts.total</c>; null for nowhere.</summary>
    public string? MoneyPath { get; init; }

    /// <summary>The company's.</summary>
    public string Currency { get; init; } = string.Empty;

    /// <summary>How people are told of what the gate found out.</summary>
    public ImmutableArray<FactWords> Facts { get; init; } = [];

    /// <summary>What the gate knows of the data that the arguments are made of, as rules call it.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Of its element.</summary>
    public string Id => View.Approval.ToString();

    /// <summary>The name of the form that decides it.</summary>
    public string Form => $"decide-{Id}";

    /// <summary>The first few of its values for one line, those beside one another that were seen in one place together; and of the others how many there are, where one of them is doubtful.</summary>
    public (ImmutableArray<(string Words, ValueOrigin Origin)> Seen, int Others, ValueOrigin? Worst) Brief
    {
        get
        {
            var seen = ImmutableArray.CreateBuilder<(string Words, ValueOrigin Origin)>();
            var all = Groups.SelectMany(InLine).ToList();
            foreach (var (words, from) in all.Take(MostInLine))
            {
                if (seen is [.., var (before, origin)] && origin == from)
                {
                    seen[^1] = ($"{before}{(char.IsLetterOrDigit(before[^1]) ? ", " : " · ")}{words}", origin);
                }
                else
                {
                    seen.Add((words, from));
                }
            }

            var rest = all.Skip(MostInLine).Select(f => f.Origin).ToList();
            return (seen.ToImmutable(), rest.Count, rest.Where(o => o.IsDoubtful).OrderByDescending(o => o.Kind == "untrusted").FirstOrDefault());
        }
    }

    /// <summary>A list of values is one thing, and the amount stands before all of them.</summary>
    private IEnumerable<(string Words, ValueOrigin Origin)> InLine(ArgumentGroup group)
    {
        if (!group.Items.IsEmpty)
        {
            yield return (Written.Short($"{group.Title} {string.Join(", ", group.Items.Select(i => i.Leaf.Said))}", MostLetters), group.Items.Select(i => i.Origin).OrderByDescending(o => o.Kind == "untrusted").ThenByDescending(o => o.IsDoubtful).First());
            yield break;
        }

        foreach (var one in (group.Field is { } field ? [field] : group.Rows.SelectMany(r => r).OfType<ArgumentField>()).Where(f => Amount is null || !IsAmount(f)))
        {
            yield return ($"{one.Leaf.Words} {(one.Leaf.Said.Length == 0 ? "–" : Written.Short(Shown($"args.{one.Leaf.Path}", one.Leaf.Said), MostLetters))}", one.Origin);
        }
    }

    /// <summary>Whether a standing rule can be made of a yes to it, as far as that is known before somebody says how long it is to hold.</summary>
    public bool MayRule { get; init; }

    /// <summary>What keeps the call from being made whatever is decided; null for nothing.</summary>
    public string? Hold { get; init; }

    /// <summary>What its tool says of the arguments.</summary>
    public ArgumentSchema Schema { get; init; } = ArgumentSchema.Unknown;

    /// <summary>The arguments as they are shown, in the order of the tool.</summary>
    public ImmutableArray<ArgumentGroup> Groups { get; init; } = [];

    /// <summary>True where one of the arguments is what it would spend.</summary>
    public bool IsAmount(ArgumentField field) => $"args.{field.Leaf.Path}" == MoneyPath;

    /// <summary>Where the amount was seen that it would spend, if that is to be doubted and the values beside it do not say so already; else null.</summary>
    public ValueOrigin? AmountOrigin =>
        Amount is not null && Fields.FirstOrDefault(IsAmount)?.Origin is { IsDoubtful: true } origin && !(Brief.Seen is [var (_, first), ..] && first == origin) ? origin : null;

    /// <summary>True where a form of this name stands on it.</summary>
    public bool Holds(string form) => form == Form;

    /// <summary>Who made the call what it is and so cannot decide it, with what ties them to it.</summary>
    public ImmutableArray<string> Steered { get; init; } = [];

    /// <summary>Makes it. Pure.</summary>
    /// <param name="found">The approval in its workflow.</param>
    /// <param name="content">Names, and the company's currency.</param>
    /// <param name="directory">Who holds which role.</param>
    /// <param name="catalog">Where an amount stands, and who can write what tools give.</param>
    /// <param name="budgets">How the budgets that ask stand now.</param>
    /// <param name="reasons">Why it is asked.</param>
    public static ApprovalCard Of(
        ApprovalInContext found, PageContent content, IDirectory directory, Catalog catalog, ImmutableArray<BudgetStand> budgets, ImmutableArray<AskedReason> reasons)
    {
        var (view, state, currency) = (found.View, found.Workflow, content.Company!.Currency);
        var asked = view.Requested;
        var task = asked.Task is { } id ? state.Task(id) : null;
        var money = catalog.MoneyOf(asked.Tool);
        var edited = view.EditedBy is null ? [] : view.Changes.Select(c => c.Arg).ToHashSet(StringComparer.Ordinal);
        var fields = ValueOrigin.Of(state, asked.Call, asked.Args, edited, view.EditedBy is { } editor ? content.Who(editor) : null, call => catalog.BeliefIn(state, call));
        var schema = new ArgumentSchema(catalog.ParametersOf(asked.Tool));
        return new ApprovalCard(
            view,
            found.CanDecide,
            Written.Action(asked.Tool),
            AmountOf(asked, money, currency),
            Visible.Of(state.Submitted!.Goal.Words),
            task is null ? null : Visible.Of(task.Task.Title),
            fields,
            [.. directory.People.Where(p => state.Approvals.GetValueOrDefault(view.Approval) is { Verdict: null } open && Chair.For(open, p.Id, directory, content.Now) is not null).Select(p => (p.Id, p.Name))],
            [.. Before(state, asked, task)],
            SpendLine.Of(state, currency))
        {
            Budgets = [.. budgets.Select(b => new CardBudget(b, BudgetBar.Of(b, NumberAt(asked, money), currency), asked.Budgets.Contains(b.Budget)))],
            Reasons = [.. reasons.Where(r => !r.IsBudget || budgets.All(b => !r.Rules.Contains(b.Budget)))],
            MoneyPath = money,
            Schema = schema,
            Groups = [.. ArgumentGroup.Of(fields, schema)],
            Currency = currency,
            Facts = catalog.FactsOf(asked.Tool),
            Labels = state.Calls.GetValueOrDefault(asked.Call)?.Proposed.Labels ?? [],
            Steered = [.. (asked.Steered ?? []).Select(s => $"{content.Who(s.Person)} cannot: {s.Because}.")],
        };
    }

    private static IEnumerable<string> Before(WorkflowState state, ApprovalRequested asked, TaskState? task)
    {
        if (task is { Tried.Length: > 1 })
        {
            yield return $"Tried before by {string.Join(", ", task.Tried.SkipLast(1).Select(a => a.AgentName ?? a.PersonId ?? a.Value))}.";
        }

        if (task is { Retries: > 0 })
        {
            yield return $"Sent back {Written.Times(task.Retries)} with feedback.";
        }

        if (state.Calls.GetValueOrDefault(asked.Call) is { ApprovalsAsked: > 1 } call)
        {
            yield return $"Asked for the {Written.Ordinal(call.ApprovalsAsked)} time: what was decided before no longer fits.";
        }

        var same = state.Calls.Values.Count(c => c.Proposed.Tool == asked.Tool && c.Proposed.Call != asked.Call && c.Status == CallStatus.Succeeded);
        if (same > 0)
        {
            yield return same == 1 ? "One call of this tool went through in this workflow." : $"{same} calls of this tool went through in this workflow.";
        }

        var refused = state.Calls.Values.Count(c => c.Proposed.Tool == asked.Tool && c.Status == CallStatus.Refused);
        if (refused > 0)
        {
            yield return refused == 1 ? "One was refused." : $"{refused} were refused.";
        }
    }

    /// <summary>A value of the call as it is shown: what its tool spends is money for certain, and so are facts that are said to be; every other number stays as it is, because it may be the number of something.</summary>
    /// <param name="path">Where it stands, such as <c>facts.total</c>.</param>
    /// <param name="text">As it was written.</param>
    public string Shown(string path, string text) =>
        (path == MoneyPath || Facts.Any(f => f.IsMoney && path == "facts." + f.Name)) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) ? $"{Written.Amount(amount)} {Currency}" : Visible.Of(text);

    /// <summary>What a call would spend, in words; null for nothing.</summary>
    public static string? AmountOf(ApprovalRequested asked, string? money, string currency) => NumberAt(asked, money) is { } amount ? $"{Written.Amount(amount)} {currency}" : null;

    private static decimal? NumberAt(ApprovalRequested asked, string? money)
    {
        if (money?.Split('.') is not [var root, .. var path])
        {
            return null;
        }

        var element = (root == "facts" ? asked.Facts : asked.Args).ToElement();
        foreach (var step in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(step, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.Number && element.TryGetDecimal(out var amount) ? amount : null;
    }
}
