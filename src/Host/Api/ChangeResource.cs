using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A change of the configuration as it is shown outside.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status"><c>pending</c>, <c>confirmed</c>, <c>rejected</c> or <c>superseded</c>.</param>
/// <param name="By">Who proposed it.</param>
/// <param name="Via">How they said so; null where that was not written down.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Why, in their words; null for none.</param>
/// <param name="Configuration">Digest of all files, as they would come into force.</param>
/// <param name="ComparedWith">Digest of what was in force when it was compared last.</param>
/// <param name="Widenings">What it lets through that is not let through so.</param>
/// <param name="Rule">A standing rule that is all there is to it; null for files.</param>
/// <param name="Classification">What an outside tool is to count as, where that is all there is to it; null for files and rules.</param>
/// <param name="Barred">Who may not confirm it beside its author; empty for nobody.</param>
/// <param name="DecidedBy">Who decided; null while it waits.</param>
/// <param name="DecidedVia">How; null while it waits, and where that was not written down.</param>
/// <param name="DecidedAt">When, UTC; null while it waits.</param>
/// <param name="DecisionReason">Why, in their words; null for none.</param>
internal sealed record ChangeResource(
    ChangeId Id,
    string Status,
    string By,
    string? Via,
    DateTimeOffset At,
    string? Reason,
    string Configuration,
    string ComparedWith,
    ImmutableArray<ProposedWidening> Widenings,
    JsonText? Rule,
    ToolClassified? Classification,
    ImmutableArray<string> Barred,
    string? DecidedBy,
    string? DecidedVia,
    DateTimeOffset? DecidedAt,
    string? DecisionReason)
{
    /// <summary>It waits for a second person.</summary>
    public const string Pending = "pending";

    /// <summary>As the company's stream says.</summary>
    public static ChangeResource Of(ChangeState change)
    {
        var proposed = change.Proposed;
        return new ChangeResource(
            proposed.Change,
            change.Verdict?.ToString().ToLowerInvariant() ?? Pending,
            change.By.PersonId ?? change.By.Value,
            proposed.Via,
            change.At,
            proposed.Reason?.Words,
            proposed.Hash,
            change.Base,
            change.Widenings,
            proposed.Rule,
            proposed.Classification,
            proposed.Barred ?? [],
            change.DecidedBy is { } by ? by.PersonId ?? by.Value : null,
            change.DecidedVia,
            change.DecidedAt,
            change.Reason?.Words);
    }
}

/// <summary>What somebody says to a change.</summary>
/// <param name="Decision"><c>confirm</c> or <c>reject</c>.</param>
/// <param name="Reason">Their words; null for none.</param>
internal sealed record ChangeBody(string Decision, string? Reason)
{
    /// <summary>It comes into force.</summary>
    public const string Confirm = "confirm";

    /// <summary>It never does.</summary>
    public const string Reject = "reject";

    /// <summary>What a terminal is told that nobody lets stand in.</summary>
    public const string NoTerminal = "A terminal cannot prove who sits at it. Decide over HTTP with the person's own key, or set allowLocalStandIn in company.yaml.";

    /// <summary>What a browser is told in which somebody looks as somebody else.</summary>
    public const string NoStandIn = "You look as somebody else here, and nobody proposes or decides a change in another person's name. Go back to yourself, or let them sign in themselves.";
}

/// <summary>What a terminal asks of the server that has its data folder: that the files in the company's folder come into force.</summary>
/// <param name="Configuration">Their digest, as the terminal has read them.</param>
/// <param name="Reason">Why, in the words of whoever asks; null for none.</param>
internal sealed record ActivationBody(string Configuration, string? Reason);

/// <summary>What has come into force.</summary>
/// <param name="Configuration">Its digest.</param>
internal sealed record ActivatedResource(string Configuration);
