using System.Text.Json;

namespace AiManager.Domain;

/// <summary>What events of one stream are about, for the audit's index. Fed from anywhere in a stream, it says whether it would have needed what stands before.</summary>
public sealed class AuditFold
{
    private readonly Dictionary<CallId, CallProposed> _calls = [];
    private readonly Dictionary<CallId, Place> _lastOf = [];
    private readonly Dictionary<ApprovalId, Place> _askedBy = [];
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Place> _changed = [];

    /// <summary>True where something stands before what was seen without which a place does not say all that it is about.</summary>
    public bool NeedsMore { get; private set; }

    /// <summary>Places that events behind <paramref name="position"/> have made or changed, in order.</summary>
    public IEnumerable<AuditPlace> ChangedBehind(long position) => _changed.Values
        .Where(p => p.ChangedAt > position)
        .OrderBy(p => p.Stored.Position)
        .Select(p => new AuditPlace(p.Stored.Position, p.Stored.Stream, p.Stored.Seq, p.Stored.At, [.. p.Words]));

    /// <summary>The next event of the stream.</summary>
    public void See(StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (stored.Type is not (nameof(SeatFilled) or nameof(ApprovalDecided)) && stored.Actor.PersonId is { } doer)
        {
            Of(stored, stored).Words.Add(AuditWords.DoneBy(doer));
        }

        if (stored.Stream == CompanyState.Stream)
        {
            Of(stored, stored).Words.Add(AuditWords.Type(stored.Type));
        }

        try
        {
            Read(stored);
        }
        catch (Exception unreadable) when (unreadable is JsonException or UnknownEventException)
        {
            // Of a later program, or spoilt: a decision that nobody here can read is counted nevertheless.
            if (stored.Type == nameof(CallDecided))
            {
                Of(stored, stored).Words.Add(AuditWords.Decision);
            }
        }
    }

    private void Read(StoredEvent stored)
    {
        switch (stored.Type)
        {
            case nameof(CallProposed):
                var proposed = (CallProposed)EventCodec.Decode(stored).Event;
                _calls[proposed.Call] = proposed;
                break;
            case nameof(CallDecided):
                Decide(stored, (CallDecided)EventCodec.Decode(stored).Event);
                break;
            case nameof(ApprovalRequested):
                // Where the call's decision stands before what was seen, somebody's part in it will say that more is needed.
                var requested = (ApprovalRequested)EventCodec.Decode(stored).Event;
                if (_lastOf.TryGetValue(requested.Call, out var asked))
                {
                    _askedBy[requested.Approval] = asked;
                }

                break;
            case nameof(SeatFilled):
                var filled = (SeatFilled)EventCodec.Decode(stored).Event;
                TakePart(stored, filled.Approval, filled.By);
                break;
            case nameof(ApprovalDecided):
                if (EventCodec.Decode(stored).Event is ApprovalDecided { Verdict: ApprovalVerdict.Rejected or ApprovalVerdict.Edited or ApprovalVerdict.Responded } decided)
                {
                    TakePart(stored, decided.Approval, decided.By);
                }

                break;
            case nameof(KeyCreated) or nameof(KeyRevoked) or nameof(SessionBegun) or nameof(SessionEnded) or nameof(PersonErased) when stored.Stream == CompanyState.Stream:
                if (Concerned(EventCodec.Decode(stored).Event) is { } person)
                {
                    Of(stored, stored).Words.Add(AuditWords.DoneBy(person));
                }

                break;
        }
    }

    private void Decide(StoredEvent stored, CallDecided decided)
    {
        var place = Of(stored, stored);
        place.Words.UnionWith([AuditWords.Decision, AuditWords.Verdict(EffectNames.Write(decided.Effect)), .. (decided.Rules.IsDefault ? [] : decided.Rules).Select(AuditWords.Rule)]);
        _lastOf[decided.Call] = place;
        if (_calls.TryGetValue(decided.Call, out var proposed))
        {
            // What has no version was not in the catalogue.
            place.Words.UnionWith([AuditWords.Agent(proposed.Agent), string.IsNullOrEmpty(decided.ToolVersion) ? AuditWords.UnknownTool : AuditWords.Tool(proposed.Tool)]);
        }
        else
        {
            NeedsMore = true;
        }
    }

    private void TakePart(StoredEvent stored, ApprovalId approval, string person)
    {
        if (_askedBy.TryGetValue(approval, out var asked))
        {
            Of(asked.Stored, stored).Words.Add(AuditWords.DecidedBy(person));
        }
        else
        {
            NeedsMore = true;
        }
    }

    /// <summary>About whom something in the company's stream is, whoever did it; null where it is about whoever did it.</summary>
    private string? Concerned(WorkflowEvent fact)
    {
        switch (fact)
        {
            case KeyCreated created:
                return _keys[created.Key] = created.Person;
            case KeyRevoked revoked when _keys.TryGetValue(revoked.Key, out var owner):
                return owner;
            case KeyRevoked:
                NeedsMore = true;
                return null;
            case SessionBegun begun:
                return begun.As;
            case SessionEnded ended:
                return ended.Person;
            case PersonErased erased:
                return erased.Person;
            default:
                return null;
        }
    }

    private Place Of(StoredEvent about, StoredEvent changedBy)
    {
        if (!_changed.TryGetValue(about.Position, out var place))
        {
            _changed[about.Position] = place = new Place(about);
        }

        place.ChangedAt = changedBy.Position;
        return place;
    }

    private sealed class Place(StoredEvent stored)
    {
        public StoredEvent Stored { get; } = stored;

        public long ChangedAt { get; set; }

        public SortedSet<string> Words { get; } = new(StringComparer.Ordinal);
    }
}
