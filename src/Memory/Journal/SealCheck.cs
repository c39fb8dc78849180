using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Compares events with what seals say of them.</summary>
internal sealed class SealCheck
{
    private readonly Dictionary<(string Stream, int Seq), (SealedHead Head, int Seal)> _sealed = [];
    private AuditFault? _other;

    /// <param name="seals">Oldest first. What an older one says of an event, a later one need not repeat.</param>
    public SealCheck(IReadOnlyList<JournalSealed> seals)
    {
        foreach (var seal in seals)
        {
            foreach (var head in seal.Heads)
            {
                _sealed[(head.Stream, head.Seq)] = (head, seal.Number);
            }
        }
    }

    /// <summary>The first event that is another than the one that was sealed; behind those, the first that is gone. Null when all are there.</summary>
    public AuditFault? Fault => _other ?? (_sealed.Values.OrderBy(s => s.Head.Position).Select(s => s.Head).FirstOrDefault() is { } gone
        ? new AuditFault(
            $"Event {gone.Stream}/{gone.Seq} at position {gone.Position} is gone: seal {_sealed[(gone.Stream, gone.Seq)].Seal} names it.", gone.Stream, gone.Seq, gone.Position)
        : null);

    /// <summary>The next event.</summary>
    public void See(StoredEvent stored)
    {
        if (_sealed.Count > 0 && _sealed.Remove((stored.Stream, stored.Seq), out var known)
            && (known.Head.Position != stored.Position || known.Head.Hash != Convert.ToHexStringLower(stored.Hash.Span)))
        {
            _other ??= new AuditFault(
                $"Event {stored.Stream}/{stored.Seq} at position {stored.Position} is not the one that seal {known.Seal} names.", stored.Stream, stored.Seq, stored.Position);
        }
    }
}
