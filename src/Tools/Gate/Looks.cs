using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What rules have people look at: a notice of a decision, a second look at what came of it. Each once for a call and a role.</summary>
internal static class Looks
{
    private const int MostShown = 300;

    /// <summary>Notices of a decision that nobody has had yet.</summary>
    public static ImmutableArray<WorkflowEvent> Notices(CallDecided decided, string agent, string tool, JsonText args, WorkflowState state) => decided.Obligations is not { Notify: { IsDefaultOrEmpty: false } roles } ? [] : Of(
        decided.Call,
        roles,
        isSecondLook: false,
        $"For your notice: {agent} wanted {tool} with {Cut(args.Text)}. The answer: {EffectNames.Write(decided.Effect)} by {Names(decided)}. {decided.Reason}",
        state);

    /// <summary>Second looks at a call that was made.</summary>
    public static ImmutableArray<WorkflowEvent> Second(CallState call, JsonText result, WorkflowState state) => call.Decided?.Obligations is not { SecondLook: { IsDefaultOrEmpty: false } roles } ? [] : Of(
        call.Proposed.Call,
        roles,
        isSecondLook: true,
        $"Have a second look: {call.Proposed.Agent} made {call.Proposed.Tool} with {Cut(call.Args.Text)}, and it gave {Cut(result.Text)}.",
        state);

    private static ImmutableArray<WorkflowEvent> Of(CallId call, ImmutableArray<string> roles, bool isSecondLook, string text, WorkflowState state) =>
    [
        .. roles
            .Select(role => (Role: role, Id: PrefixedId.Derive<EscalationId>(call.Value, (isSecondLook ? "look/" : "notice/") + role)))
            .Where(l => !state.Escalations.ContainsKey(l.Id))
            .Select(l => new LookAsked(l.Id, call, l.Role, isSecondLook, text)),
    ];

    private static string Names(CallDecided decided) => decided.Rules.IsEmpty ? "no rule" : string.Join(", ", decided.Rules);

    private static string Cut(string text) => text.Length <= MostShown ? text : text[..MostShown] + "…";
}
