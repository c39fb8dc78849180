using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Questions that nobody need answer any more, because what came since says more: they are closed by the system, and count for no answer.</summary>
internal static class TakenBack
{
    /// <summary>The same questions, with those that are open and that <paramref name="isOvertaken"/> names taken back.</summary>
    public static ImmutableDictionary<EscalationId, EscalationState> From(ImmutableDictionary<EscalationId, EscalationState> escalations, Func<Escalated, bool> isOvertaken) =>
        escalations.SetItems(escalations
            .Where(e => e.Value.Choice is null && isOvertaken(e.Value.Raised))
            .Select(e => KeyValuePair.Create(e.Key, e.Value with { Choice = EscalationState.AskedAnew, By = Actor.System })));
}
