namespace AiManager.Host;

/// <summary>
/// Tells from a stretch of the journal alone which decisions cannot be those that somebody looks for, so that their streams need not be read: of what is rare, most streams are not.
/// What it lets through may still not fit.
/// </summary>
internal sealed class AuditSieve(AuditQuery query)
{
    private readonly bool _looksAtCalls = query.Agent is not null || query.Tool is not null;
    private readonly bool _looksAtVerdicts = query.Rule is not null || query.Verdict is not null || query.Person is not null;

    /// <summary>The decisions that may fit, in order.</summary>
    public IEnumerable<StoredEvent> Sift(IEnumerable<StoredEvent> events)
    {
        var calls = new Dictionary<CallId, CallProposed>();
        foreach (var stored in events)
        {
            if (_looksAtCalls && stored.Type == nameof(CallProposed) && EventCodec.Decode(stored).Event is CallProposed proposed)
            {
                calls[proposed.Call] = proposed;
            }
            else if (stored.Type == nameof(CallDecided) && query.Span.Holds(stored.At) && MayFit(stored, calls))
            {
                yield return stored;
            }
        }
    }

    private bool MayFit(StoredEvent stored, Dictionary<CallId, CallProposed> calls)
    {
        if (!(_looksAtCalls || _looksAtVerdicts) || EventCodec.Decode(stored).Event is not CallDecided decided)
        {
            return true;
        }

        // Its proposal may stand before this stretch.
        return (calls.GetValueOrDefault(decided.Call) is not { } proposed || query.IsOf(proposed.Agent, proposed.Tool))
            && (query.Rule is not { } rule || decided.Rules.Contains(rule))
            && (query.Verdict is not { } verdict || EffectNames.Write(decided.Effect) == verdict)
            && (query.Person is null || decided.Effect == Effect.Ask); // nobody else is asked
    }
}
