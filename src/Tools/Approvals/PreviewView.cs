using System.Collections.Immutable;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a call would do that people are asked about, as a read showed when it was asked.</summary>
/// <param name="Tool">The tool that showed it.</param>
/// <param name="Arguments">What it was asked: of the arguments that the approval is for.</param>
/// <param name="Status"><c>pending</c>, <c>taken</c> or <c>failed</c>.</param>
/// <param name="Result">What it gave, as the policy lets it be kept; null unless it was taken.</param>
/// <param name="Reason">Why there is none; null unless it failed.</param>
/// <param name="Labels">What is confidential about it, by name.</param>
public sealed record PreviewView(string Tool, JsonText Arguments, string Status, JsonText? Result, string? Reason, ImmutableArray<string> Labels)
{
    /// <summary>It has not been taken yet.</summary>
    public const string Pending = "pending";

    /// <summary>It shows something.</summary>
    public const string Taken = "taken";

    /// <summary>There is none, and why.</summary>
    public const string Failed = "failed";

    private const string TooLate = "It was decided before it could be taken.";

    /// <summary>Null where the tool offers none.</summary>
    internal static PreviewView? Of(WorkflowState workflow, ApprovalState approval)
    {
        if (approval is not { Requested.Preview: { } wanted, PreviewCall: { } id })
        {
            return null;
        }

        var none = new PreviewView(wanted.Tool, wanted.Args, Failed, null, null, []);
        return workflow.Calls.GetValueOrDefault(id) switch
        {
            { Status: CallStatus.Succeeded, Settled: { } settled } => none with { Status = Taken, Result = settled.Result, Labels = settled.Labels ?? [] },
            { Status: CallStatus.Refused } refused => none with { Reason = refused.Refusal ?? "It was refused." },
            { Status: CallStatus.Failed, Settled: { } settled } => none with { Reason = ErrorIn(settled.Result.ToElement()) },
            _ => approval.Verdict is null && !workflow.IsFinal ? none with { Status = Pending } : none with { Reason = TooLate },
        };
    }

    private static string ErrorIn(JsonElement result) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString()! : "It failed.";
}
