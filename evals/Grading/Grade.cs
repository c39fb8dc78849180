using System.Collections.Immutable;

namespace AiManager.Evals;

/// <summary>One thing that was looked at.</summary>
/// <param name="Aspect">What kind of thing; scores are told by it.</param>
/// <param name="Held">Whether it is as it must be.</param>
/// <param name="Detail">What was seen, for whoever looks into it; empty when it is as it must be.</param>
internal sealed record Grade(string Aspect, bool Held, string Detail)
{
    public static Grade Of(string aspect, bool held, string detail) => new(aspect, held, held ? string.Empty : detail);

    /// <summary>Held when nothing is wrong.</summary>
    public static Grade Of(string aspect, IReadOnlyCollection<string> wrong) => Of(aspect, wrong.Count == 0, string.Join("; ", wrong));
}

/// <summary>What cases are graded on.</summary>
internal static class Aspects
{
    /// <summary>Each with what it is called over a column, in the order in which reports show them; <see cref="Replay"/> is told in words.</summary>
    public static readonly ImmutableArray<(string Aspect, string Heading)> Shown =
    [
        (Outcome, "outcome"), (Events, "events"), (Delegate, "delegate"), (Escalation, "escalation"), (Plan, "plan"), (Needed, "tasks needed"), (Dependencies, "dependencies"), (Policy, "policy"),
        (Once, "once"), (Evidence, "evidence"), (Limits, "limits"), (Brief, "brief"), (Recovery, "recovery"), (Report, "report"), (Journal, "journal"),
    ];

    public const string Outcome = "outcome";
    public const string Events = "events";
    public const string Delegate = "delegate";
    public const string Escalation = "escalation";
    public const string Plan = "plan";
    public const string Needed = "needed";
    public const string Dependencies = "dependencies";
    public const string Report = "report";
    public const string Policy = "policy";
    public const string Once = "once";
    public const string Evidence = "evidence";
    public const string Limits = "limits";
    public const string Brief = "brief";
    public const string Recovery = "recovery";
    public const string Replay = "replay";
    public const string Journal = "journal";
}
