using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Evals;

/// <summary>What came of one company's goals.</summary>
/// <param name="Company">Its name.</param>
/// <param name="Workflows">In the goals' order.</param>
/// <param name="Evidence">What they left behind.</param>
/// <param name="Grades">What must hold of them, looked at.</param>
/// <param name="Falls">Which fault fell where.</param>
/// <param name="Asked">Questions to the model.</param>
/// <param name="Waited">What they would have waited for it.</param>
/// <param name="Skipped">What passed while nothing could go on.</param>
internal sealed record ChaosOutcome(
    string Company,
    ImmutableArray<WorkflowId> Workflows,
    CaseEvidence Evidence,
    ImmutableArray<Grade> Grades,
    ImmutableArray<ChaosFall> Falls,
    long Asked,
    TimeSpan Waited,
    TimeSpan Skipped)
{
    /// <summary>How many ended how.</summary>
    public ImmutableSortedDictionary<string, int> Ends => Evidence.Workflows.GroupBy(EndOf).ToImmutableSortedDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    /// <summary>The same for the same faults at the same places, in whatever order they fell.</summary>
    public string PlanDigest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Falls.Select(f => $"{f.Ask} {f.Step} {f.Fault}").Distinct().Order(StringComparer.Ordinal)))))[..16];

    /// <summary>How a workflow stands; <c>stuck</c> for one that neither is over nor waits for anybody.</summary>
    public static string EndOf(WorkflowRecord workflow) => workflow.State.ShownStatus switch
    {
        WorkflowStatus.Completed => "completed",
        WorkflowStatus.Failed => "failed",
        WorkflowStatus.Cancelled => "cancelled",
        WorkflowStatus.Waiting when workflow.State.WaitsForPeople => "waiting",
        _ => Stuck,
    };

    /// <summary>No state that anybody has named.</summary>
    public const string Stuck = "stuck";
}
