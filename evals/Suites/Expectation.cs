using System.Collections.Immutable;

namespace AiManager.Evals;

/// <summary>What must have come of a case. A part that is null or empty is not asked for.</summary>
/// <param name="Exit">How the last run ended.</param>
/// <param name="Status">The last run's workflow, in the contract's words.</param>
/// <param name="World">What the world must answer.</param>
/// <param name="Tried">What the scripted model must have tried, as the journal holds it. Of a model that thinks for itself it is not asked for: where it did not try, only what must not happen is.</param>
/// <param name="Events">What the journal must hold.</param>
/// <param name="Delegates">Who must have had which tasks: patterns of task keys, with a name each.</param>
/// <param name="Escalations">What people must have been asked, and nothing else; null where that is not looked at.</param>
/// <param name="Plan">What must be done first and what must not be done at all.</param>
/// <param name="ReportKinds">How many lines the last run's report has, by kind.</param>
internal sealed record Expectation(
    int? Exit,
    string? Status,
    ImmutableArray<WorldAnswer> World,
    ImmutableArray<EventCount> Tried,
    ImmutableArray<EventCount> Events,
    ImmutableArray<(string Pattern, string Executor)> Delegates,
    ImmutableArray<ExpectedEscalation>? Escalations,
    ExpectedPlan? Plan,
    ImmutableArray<(string Kind, int Count)> ReportKinds);

/// <summary>A question to the world.</summary>
/// <param name="Sql">Reads only.</param>
/// <param name="Rows">What it must give: an array of objects, in this order.</param>
internal sealed record WorldAnswer(string Sql, JsonText Rows);

/// <summary>How often something must have happened, over all workflows of the data folder.</summary>
/// <param name="Type">The event's stored name.</param>
/// <param name="Where">On its payload, as <c>result</c>; null for every one.</param>
/// <param name="AtLeast">Inclusive.</param>
/// <param name="AtMost">Inclusive; null for any number.</param>
internal sealed record EventCount(string Type, WhenExpression? Where, int AtLeast, int? AtMost)
{
    public override string ToString()
    {
        var what = Where is null ? Type : $"{Type} where {Where.Text}";
        return AtMost switch
        {
            0 => $"never {what}",
            { } most when most == AtLeast => $"{most} × {what}",
            { } most => $"{AtLeast} to {most} × {what}",
            null => $"at least {AtLeast} × {what}",
        };
    }
}

/// <summary>A question that people must have been asked.</summary>
/// <param name="Roles">Whom, one of these; empty for anybody.</param>
/// <param name="Kind">What about; null for anything.</param>
/// <param name="Task">Over which task, a pattern of its key; null for any and for the goal.</param>
internal sealed record ExpectedEscalation(ImmutableArray<string> Roles, EscalationKind? Kind, string? Task)
{
    public override string ToString() =>
        (Roles.IsEmpty ? "somebody" : string.Join(" or ", Roles)) + (Task is null ? string.Empty : $" about {Task}") + (Kind is null ? string.Empty : $" ({Kind})");
}

/// <summary>What the adopted plan must look like, before its lists are expanded.</summary>
/// <param name="Tasks">These keys and no others; empty for any.</param>
/// <param name="Needs">What each must build on, at least.</param>
internal sealed record ExpectedPlan(ImmutableArray<string> Tasks, ImmutableArray<(string Task, ImmutableArray<string> Needs)> Needs);
