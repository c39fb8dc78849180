using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Stream heads as this process left them. The next append of a driver nearly always follows its last, and then nothing needs to be read before writing: the
/// write itself makes sure, and where a head is not as remembered the batch is taken back and decided from the rows.
/// </summary>
internal sealed class KnownHeads
{
    /// <summary>Remembered at most; then all are forgotten, which costs each stream one round trip.</summary>
    private const int Most = 10_000;

    private readonly Dictionary<string, Head> _heads = new(StringComparer.Ordinal);

    /// <summary>The heads that a batch needs, if it consists of nothing but drivers' plain appends behind heads that are known; otherwise null.</summary>
    public LockedRows? For(IReadOnlyList<IWrite> batch)
    {
        var heads = new Dictionary<string, StreamHead>(StringComparer.Ordinal);
        int? companyAt = null;
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var write in batch)
        {
            if (write is not AppendWrite { Request: { Epoch: { } epoch } request } append || !SeesOnlyCompany(request.Guards, ref companyAt) || !_heads.TryGetValue(request.Stream, out var known)
                || request.ExpectedSeq != next.GetValueOrDefault(request.Stream, known.Seq) || !IsPlain(request, known))
            {
                return null;
            }

            next[request.Stream] = request.ExpectedSeq + append.Facts.Length;
            if (!heads.TryGetValue(request.Stream, out var head))
            {
                heads[request.Stream] = head = new StreamHead(request.Stream)
                {
                    Seq = known.Seq,
                    KnownSeq = known.Seq,
                    Hash = known.Hash,
                    MaxSchema = known.MaxSchema,
                    Priority = known.Priority,
                    Epoch = epoch,
                };
            }

            // The lowest of the stream's drivers: if that one is not fenced, none is.
            head.Epoch = Math.Min(head.Epoch, epoch);
        }

        return new LockedRows(heads) { DrawsLater = true, KnownCompanySeq = companyAt };
    }

    /// <summary>A batch was committed.</summary>
    public void Learn(IEnumerable<StreamHead> heads)
    {
        foreach (var head in heads)
        {
            if (head.IsAdvanced)
            {
                if (_heads.Count >= Most)
                {
                    _heads.Clear();
                }

                _heads[head.Stream] = new Head(head.Seq, head.Hash, head.MaxSchema, head.Priority);
            }
        }
    }

    /// <summary>A batch was not committed as expected.</summary>
    public void Forget(IEnumerable<StreamHead> heads)
    {
        foreach (var head in heads)
        {
            _heads.Remove(head.Stream);
        }
    }

    /// <summary>True for no guards, or such as need no more than a look at the company's stream; the earliest seq that any of them names is kept.</summary>
    private static bool SeesOnlyCompany(ImmutableArray<Guard> guards, ref int? companyAt)
    {
        foreach (var guard in guards.IsDefault ? [] : guards)
        {
            if (guard is not Guard.CompanyAt { Seq: var seq })
            {
                return false;
            }

            companyAt = Math.Min(companyAt ?? seq, seq);
        }

        return true;
    }

    private static bool IsPlain(AppendRequest request, Head known)
    {
        foreach (var change in request.Changes.IsDefault ? [] : request.Changes)
        {
            if (change is ReadModelChange.Reserve or ReadModelChange.Settle || (change is ReadModelChange.PutWorkflow { Row.Priority: var priority } && priority != known.Priority))
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct Head(int Seq, byte[] Hash, int MaxSchema, int Priority);
}
