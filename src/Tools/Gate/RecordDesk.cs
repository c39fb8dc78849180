using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Whether another workflow is about to change the record that a call would change, or has changed it and is not over. A look for writes whose tool says which record; what
/// keeps two from beginning at one moment is the guard that goes with it.
/// </summary>
internal sealed class RecordDesk(IReadModels readModels)
{
    /// <summary>What a decision names that rests on it.</summary>
    public const string Rule = "record";

    private const int MostNamed = 3;

    /// <summary>Looks.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="args">What would be sent.</param>
    /// <param name="state">The workflow.</param>
    /// <param name="approval">An approval that the call may use; null when it has none.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<RecordLook> LookAsync(Tool tool, JsonText args, WorkflowState state, ApprovalState? approval, CancellationToken cancellationToken)
    {
        if (tool.Record is not { } record || tool.Info.IsReadOnly || state.Shadow is not null)
        {
            return RecordLook.Free;
        }

        if (record.Which.Of(WhenValue.FromJson(args.ToElement())) is not { IsEmpty: false } which)
        {
            return RecordLook.Free with { Effect = Effect.Deny, Reason = $"It cannot be said which {record.Which.Type} the call changes." };
        }

        var reservations = ImmutableArray.CreateBuilder<Reservation>();
        var conflicts = new List<(WorkflowId Workflow, bool HasBegun, string Words)>();
        var own = RecordHolds.Of(state);
        ImmutableArray<string> records = [.. which.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        foreach (var one in records)
        {
            // Whoever was first need not ask about those who only want to; of those who have begun, everybody must know.
            var others = (await readModels.RecordHoldersAsync(one, state.Id, cancellationToken)).Where(o => o.HasBegun || !own.ContainsKey(one)).ToList();
            conflicts.AddRange(others.Select(o => (o.Workflow, o.HasBegun, $"{o.Workflow} {(o.HasBegun ? "has changed" : "is about to change")} {one} and is not over.")));
            reservations.Add(new Reservation(
                RecordHolds.Ledger,
                one,
                RecordHolds.Window,
                new Amounts(ToolCalls: 1),
                new Amounts(ToolCalls: RecordHolds.Begun(state, one) + 1),
                others.Count > 0 ? approval?.Requested.Approval : null));
        }

        // Those that have begun all stand there: an approval counts only where its reason named each.
        var named = Math.Max(MostNamed, conflicts.Count(c => c.HasBegun));
        ImmutableArray<Guard> guards = [.. reservations.Select(r => new Guard.Headroom(r, Since: null))];
        var free = new RecordLook(Effect.Allow, string.Empty, records, Approvers.None, reservations.ToImmutable(), guards);
        return conflicts.Count == 0
            ? free
            : free with
            {
                Effect = Effect.Ask,
                Reason = string.Join(' ', conflicts.OrderByDescending(c => c.HasBegun).Take(named).Select(c => c.Words)) + (conflicts.Count > named ? $" So do {conflicts.Count - named} more." : string.Empty),
                Approvers = record.Approvers,
                Begun = [.. conflicts.Where(c => c.HasBegun).Select(c => c.Workflow).Distinct()],
            };
    }
}

/// <summary>What was found about the records that a call would change.</summary>
/// <param name="Effect">Allow, ask when another workflow is at one of them, deny when nobody can say which they are.</param>
/// <param name="Reason">For people and for the agent: which workflow, which record.</param>
/// <param name="Records">Each <c>type:id</c>, ordinal; empty where the tool does not say.</param>
/// <param name="Approvers">For an ask: who decides.</param>
/// <param name="Reservations">One in the ledger of each record.</param>
/// <param name="Guards">What must hold when it starts.</param>
internal sealed record RecordLook(
    Effect Effect, string Reason, ImmutableArray<string> Records, Approvers Approvers, ImmutableArray<Reservation> Reservations, ImmutableArray<Guard> Guards)
{
    /// <summary>Those of them that have begun, each named in the reason.</summary>
    public ImmutableArray<WorkflowId> Begun { get; init; } = [];

    /// <summary>There is no record.</summary>
    public static RecordLook Free { get; } = new(Effect.Allow, string.Empty, [], Approvers.None, [], []);
}
