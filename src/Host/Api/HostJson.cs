using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>How everything is written that leaves: camelCase, UTC times with a Z, nothing for what is null; made at compile time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(WorkflowResource))]
[JsonSerializable(typeof(PageResource<WorkflowItem>))]
[JsonSerializable(typeof(SubmittedResource))]
[JsonSerializable(typeof(ImmutableArray<ApprovalResource>))]
[JsonSerializable(typeof(DecisionResource))]
[JsonSerializable(typeof(CompanyResource))]
[JsonSerializable(typeof(EventResource))]
[JsonSerializable(typeof(ImmutableArray<EventResource>))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(KeyResource))]
[JsonSerializable(typeof(SubmitBody))]
[JsonSerializable(typeof(DecisionBody))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(BatchResource))]
[JsonSerializable(typeof(MessageBody))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(AnswerBody))]
[JsonSerializable(typeof(SteeredResource))]
[JsonSerializable(typeof(IAsyncEnumerable<EventResource>))]
[JsonSerializable(typeof(ImmutableArray<EscalationResource>))]
[JsonSerializable(typeof(ImmutableArray<InboxTaskResource>))]
[JsonSerializable(typeof(ImmutableArray<ToolResource>))]
[JsonSerializable(typeof(ImmutableArray<MonitorResource>))]
[JsonSerializable(typeof(FiringResource))]
[JsonSerializable(typeof(PageResource<JobResource>))]
[JsonSerializable(typeof(ImmutableArray<MemoryResource>))]
[JsonSerializable(typeof(MemoryStatsResource))]
[JsonSerializable(typeof(ImmutableArray<RelatedResource>))]
[JsonSerializable(typeof(CheckBody))]
[JsonSerializable(typeof(AuthorityResource))]
[JsonSerializable(typeof(AuditResource))]
[JsonSerializable(typeof(HealthResource))]
[JsonSerializable(typeof(ImmutableArray<NodeResource>))]
[JsonSerializable(typeof(DecisionRecord))]
[JsonSerializable(typeof(AuthZenRequest))]
[JsonSerializable(typeof(AuthZenDecision))]
[JsonSerializable(typeof(AuthZenDecisions))]
[JsonSerializable(typeof(AuthZenConfiguration))]
[JsonSerializable(typeof(SuspensionBody))]
[JsonSerializable(typeof(SuspensionWarning))]
[JsonSerializable(typeof(ClassifyBody))]
[JsonSerializable(typeof(ImmutableArray<SuspensionResource>))]
[JsonSerializable(typeof(ChangeBody))]
[JsonSerializable(typeof(ImmutableArray<ChangeResource>))]
[JsonSerializable(typeof(ImmutableArray<LintFinding>))]
[JsonSerializable(typeof(PolicyProof))]
[JsonSerializable(typeof(PolicyDiff))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(A2aCard))]
[JsonSerializable(typeof(A2aReply))]
[JsonSerializable(typeof(A2aNews))]
[JsonSerializable(typeof(A2aTaskPage))]
[JsonSerializable(typeof(A2aWaitingList))]
[JsonSerializable(typeof(ReportLine))]
[JsonSerializable(typeof(JsonText))]
internal sealed partial class HostJson : JsonSerializerContext;
