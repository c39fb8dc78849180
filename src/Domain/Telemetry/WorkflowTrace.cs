using System.Diagnostics;

namespace AiManager.Domain;

/// <summary>
/// One workflow is one trace, whichever hosts drive it and however often it waits: the trace's id is the workflow's own 128 bits, so nothing has to be
/// stored or handed over. Spans say what was done and how long it took, never what was said.
/// </summary>
public static class WorkflowTrace
{
    /// <summary>A workflow's id on a span; never on a figure.</summary>
    public const string Workflow = "aimanager.workflow.id";

    /// <summary>A task's id on a span; never on a figure.</summary>
    public const string Task = "aimanager.task.id";

    /// <summary>The context in which a drive of this workflow is a root span.</summary>
    public static ActivityContext Of(WorkflowId workflow)
    {
        Span<byte> bytes = stackalloc byte[16];
        workflow.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return new ActivityContext(ActivityTraceId.CreateFromBytes(bytes), default, ActivityTraceFlags.Recorded, isRemote: true);
    }

    /// <summary>Marks a span as failed, by the kind of fault only: a fault's message may hold what must not leave.</summary>
    public static void Fail(this Activity? span, string kind)
    {
        span?.SetTag(GenAi.ErrorType, kind);
        span?.SetStatus(ActivityStatusCode.Error);
    }
}
