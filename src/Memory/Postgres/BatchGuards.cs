using System.Collections.Immutable;
using System.Diagnostics;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Looks at the guards of an append, with all that earlier writes of its batch have done.</summary>
internal sealed class BatchGuards(LockedRows locked, LedgerBook ledgers)
{
    /// <summary>The first guard that does not hold; null when all hold.</summary>
    public AppendResult.Refused? FirstRefusal(ImmutableArray<Guard> guards)
    {
        for (var i = 0; i < guards.Length; i++)
        {
            var detail = guards[i] switch
            {
                Guard.Headroom headroom => Headroom(headroom, guards, i),
                Guard.ApprovalUnused { Approval: var approval } => locked.ApprovalStatuses.TryGetValue(approval.ToString(), out var status)
                    ? GuardWords.Approval(approval, status)
                    : GuardWords.NoApproval(approval),
                Guard.SingletonFree free => Singleton(free),
                Guard.CompanyAt company => GuardWords.Company(company, locked.Heads.TryGetValue(CompanyState.Stream, out var head) ? head.Seq : locked.CompanySeq),
                _ => throw new UnreachableException(),
            };
            if (detail is not null)
            {
                return new AppendResult.Refused(guards[i], detail);
            }
        }

        return null;
    }

    /// <summary>Tells what an append has changed to the guards behind it.</summary>
    public void See(ReadModelChange change)
    {
        switch (change)
        {
            case ReadModelChange.PutApproval { Row: var row }:
                locked.ApprovalStatuses[row.Approval.ToString()] = row.Status;
                break;
            case ReadModelChange.PutWorkflow { Row: var row }:
                See(row);
                break;
        }
    }

    private void See(WorkflowRow row)
    {
        var workflow = row.Workflow.ToString();
        foreach (var (key, holders) in locked.Holders)
        {
            if (key != row.Singleton)
            {
                holders.Remove(workflow);
            }
        }

        if (row.Singleton is { } taken)
        {
            if (!locked.Holders.TryGetValue(taken, out var holders))
            {
                locked.Holders[taken] = holders = [];
            }

            if (!holders.Contains(workflow))
            {
                holders.Add(workflow);
            }
        }
    }

    private string? Headroom(Guard.Headroom guard, ImmutableArray<Guard> guards, int index)
    {
        var wanted = guard.Reservation;
        if (wanted.Approval is not null)
        {
            return null;
        }

        var ledger = LedgerId.Of(wanted);
        var held = (guard.Since is { } since ? ledgers.Since(ledger, UnixMicros.Write(since)) : ledgers.Total(ledger)).ToAmounts();
        for (var i = 0; i < index; i++)
        {
            // Two reservations of one append in one ledger: the second sees the first.
            if (guards[i] is Guard.Headroom { Reservation: var earlier } && LedgerId.Of(earlier) == ledger)
            {
                held += earlier.Amounts;
            }
        }

        return (held + wanted.Amounts).IsWithin(wanted.Cap) ? null : GuardWords.Used(held, wanted);
    }

    private string? Singleton(Guard.SingletonFree guard)
    {
        var workflow = guard.Workflow.ToString();
        return locked.Holders.TryGetValue(guard.Key, out var holders) ? holders.Find(holder => holder != workflow) : null;
    }
}
