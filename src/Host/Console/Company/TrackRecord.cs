using System.Diagnostics;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>How the work of an agent or a person came out.</summary>
/// <param name="FirstTime">Tasks whose deliverable was accepted as it first came.</param>
/// <param name="Later">Tasks that were accepted after they had been sent back, or were tried again.</param>
/// <param name="SentBack">How often a deliverable was sent back.</param>
/// <param name="TakenAway">Tasks that somebody else took over.</param>
/// <param name="Failed">Tasks that ended without a deliverable.</param>
/// <param name="Calls">Calls of tools that came to an end.</param>
/// <param name="CallsFailed">Those of them that failed.</param>
internal sealed record TrackRecord(int FirstTime, int Later, int SentBack, int TakenAway, int Failed, int Calls, int CallsFailed)
{
    /// <summary>Nothing yet.</summary>
    public static TrackRecord None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    /// <summary>Tasks that came to an end with them.</summary>
    public int Tasks => FirstTime + Later + Failed;

    /// <summary>With one more piece of work that ended so.</summary>
    public TrackRecord With(EffortEnd end) => end switch
    {
        EffortEnd.AcceptedFirst => this with { FirstTime = FirstTime + 1 },
        EffortEnd.AcceptedLater => this with { Later = Later + 1 },
        EffortEnd.SentBack => this with { SentBack = SentBack + 1 },
        EffortEnd.TakenAway => this with { TakenAway = TakenAway + 1 },
        EffortEnd.Failed => this with { Failed = Failed + 1 },
        _ => throw new UnreachableException(),
    };
}
