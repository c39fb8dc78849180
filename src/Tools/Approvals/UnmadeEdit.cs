using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>An edit that was taken and could not be made after all: whoever is asked anew, about the call as it was wanted first, must not think that nobody has touched it.</summary>
internal static class UnmadeEdit
{
    /// <summary>
    /// What became of the last edit of such a call for the same task, a sentence; null where nobody edited one, or it was made. It names what was changed and not how: it goes wherever the question goes, and what was
    /// written may be what kept the edit from being made.
    /// </summary>
    /// <param name="state">The workflow.</param>
    /// <param name="call">The call that is asked about.</param>
    public static string? Of(WorkflowState state, ToolCall call) =>
        call.Task is { } task && state.Task(task) is { } known
        && known.Calls.Select(c => state.Calls[c]).LastOrDefault(c => c.Proposed.Tool == call.Tool && c.Proposed.Call != call.Call && c.Edited is not null) is { Status: CallStatus.Refused, Edited: { } edited } refused
            ? $"An edit by person:{edited.Edit!.By} ({string.Join(", ", edited.Changes.Select(c => c.Arg))}) was not made: {refused.Refusal ?? "it was refused."}"
            : null;
}
