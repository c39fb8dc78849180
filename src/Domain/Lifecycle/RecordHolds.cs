using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// Which records a workflow is about to change or has changed, from its state alone: from the first time that it is asked about such a change, or begins it, until it is over.
/// What others see of it are rows beside its due times, and for each call that was begun an entry in a ledger of the record, so that two cannot begin at one moment.
/// </summary>
public static class RecordHolds
{
    /// <summary>The ledger's budget, the record being its key.</summary>
    public const string Ledger = "record";

    /// <summary>The ledger's window: while the workflow is open.</summary>
    public const string Window = "open";

    /// <summary>The kind of row of a record that people are asked about, or will be.</summary>
    public const string Wanted = "recordWanted";

    /// <summary>The kind of row of a record that a call was begun for.</summary>
    public const string Changed = "recordChanged";

    /// <summary>When those rows are due.</summary>
    public static DateTimeOffset Never { get; } = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Each record, and whether a call was begun for it; nothing for a workflow that is over.</summary>
    public static ImmutableSortedDictionary<string, bool> Of(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.IsFinal || state.Changing.IsEmpty)
        {
            return ImmutableSortedDictionary<string, bool>.Empty;
        }

        var held = ImmutableSortedDictionary.CreateBuilder<string, bool>(StringComparer.Ordinal);
        foreach (var call in state.Changing.Select(c => state.Calls[c]))
        {
            var hasBegun = HasBegun(call);
            if (hasBegun || call.Status is CallStatus.Asked or CallStatus.Approved or CallStatus.Deferred)
            {
                foreach (var record in call.Decided!.Records ?? [])
                {
                    held[record] = hasBegun || held.GetValueOrDefault(record);
                }
            }
        }

        return held.ToImmutable();
    }

    /// <summary>How many calls of the workflow were begun for a record and may have changed it.</summary>
    public static int Begun(WorkflowState state, string record)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Changing.Select(c => state.Calls[c]).Count(c => HasBegun(c) && c.Started!.Reserved.Any(r => IsHold(r) && r.Key == record));
    }

    /// <summary>What the end of a workflow gives back: also what nobody knows the outcome of, which is a doubt of that workflow's and would keep the record for ever. A call under way gives back when it ends.</summary>
    internal static IEnumerable<ReadModelChange> GivenBack(WorkflowState before, WorkflowState after) => before.IsFinal || !after.IsFinal
        ? []
        : after.Changing.Select(c => after.Calls[c]).Where(c => c.Status is CallStatus.Succeeded or CallStatus.Unknown).OrderBy(c => c.Proposed.Call.Value)
            .SelectMany(c => c.Started!.Reserved.Where(IsHold).Select(r => new ReadModelChange.Settle(c.Proposed.Call.ToString(), Nothing(r))));

    /// <summary>What a call that has ended holds on to: nothing where it changed nothing, or its workflow is over.</summary>
    internal static Reservation Settle(Reservation settled, CallSettled call, WorkflowState after) =>
        IsHold(settled) && (call.Outcome == CallOutcome.Failed || after.IsFinal) ? Nothing(settled) : settled;

    /// <summary>A company may call a budget of its own the same.</summary>
    private static bool IsHold(Reservation reservation) => reservation is { Budget: Ledger, Window: Window };

    private static bool HasBegun(CallState call) => call.Status is CallStatus.Started or CallStatus.Unknown or CallStatus.Succeeded;

    private static Reservation Nothing(Reservation held) => held with { Amounts = new Amounts(ToolCalls: 0) };
}
