namespace AiManager.Host;

/// <summary>Something that a person did, or that was done about them, beside filling the seat of an approval, which stands with the decision that it was about.</summary>
/// <param name="At">When.</param>
/// <param name="Position">Its place in the journal.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Seq">Its place in that.</param>
/// <param name="Actor">Who did it: the person, or the service for a key that was made for them in a terminal.</param>
/// <param name="Type">The event.</param>
/// <param name="About">What it is about, where it is no workflow; empty for one.</param>
internal sealed record AuditDeed(DateTimeOffset At, long Position, string Stream, int Seq, Actor Actor, string Type, string About)
{
    /// <summary>The change that it is about, as it stands by now; null for everything else.</summary>
    public ChangeState? Change { get; init; }

    /// <summary>What somebody did; null for what is another's, or stands with a decision. What people typed stays sealed, but for the reasons of changes, which everybody reads where they are decided.</summary>
    /// <param name="stored">What happened.</param>
    /// <param name="person">Whose deeds are looked for; null for anybody's, the service's too.</param>
    /// <param name="company">Whose key is whose.</param>
    public static AuditDeed? Of(StoredEvent stored, string? person, CompanyState company)
    {
        var isTheirs = (person is null || stored.Actor.PersonId == person) && stored.Type is not (nameof(SeatFilled) or nameof(ApprovalDecided));
        var about = stored.Stream == CompanyState.Stream && (isTheirs || stored.Type is nameof(KeyCreated) or nameof(KeyRevoked) or nameof(PersonErased) or nameof(SessionBegun) or nameof(SessionEnded))
            ? EventCodec.Decode(stored).Event switch
            {
                KeyCreated created when isTheirs || created.Person == person => $"key {created.Key} of {created.Person}",
                BundleActivated activated => Written.Short(activated.Hash, 13),
                SourceListed listed => listed.Source,
                KeyRevoked revoked when isTheirs || company.Keys.GetValueOrDefault(revoked.Key)?.Created.Person == person => $"key {revoked.Key}",
                SessionBegun begun when isTheirs || begun.As == person => $"by {begun.Via}{(begun.Key is { } with ? " " + with : string.Empty)}{(begun.As is { } other ? " as " + other : string.Empty)}",
                SessionEnded ended when isTheirs || ended.Person == person => ended.Person is { } whose ? $"of {whose}" : string.Empty,
                PersonErased erased when isTheirs || erased.Person == person => erased.Person,
                Suspended suspended => $"{suspended.Kind} {suspended.Name}",
                SuspensionLifted lifted => $"{lifted.Kind} {lifted.Name}",
                ToolClassified classified => classified.Tool,
                ChangeProposed or ChangeDecided or ChangeCompared => string.Empty, // the change itself says more
                _ => isTheirs ? string.Empty : null,
            }
            : isTheirs ? string.Empty : null;
        return about is null ? null : new AuditDeed(stored.At, stored.Position, stored.Stream, stored.Seq, stored.Actor, stored.Type, about) { Change = ChangeOf(stored, company) };
    }

    /// <summary>The change that an event is about; null for none.</summary>
    public static ChangeState? ChangeOf(StoredEvent stored, CompanyState company) => stored.Type is nameof(ChangeProposed) or nameof(ChangeDecided) or nameof(ChangeCompared)
        ? EventCodec.Decode(stored).Event switch
        {
            ChangeProposed proposed => company.Changes.GetValueOrDefault(proposed.Change),
            ChangeDecided decided => company.Changes.GetValueOrDefault(decided.Change),
            ChangeCompared compared => company.Changes.GetValueOrDefault(compared.Change),
            _ => null,
        }
        : null;

    /// <summary>Where an event can be looked at: on the timeline of its workflow, or by itself.</summary>
    public static string Place(string stream, int seq) =>
        stream.StartsWith(WorkflowId.Prefix, StringComparison.Ordinal)
            ? $"/workflows/{stream}/timeline?zoom=all&after={Math.Max(0, seq - (TimelinePage.Size / 2))}#e{seq}"
            : $"/audit/events/{stream}/{seq}";
}
