using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Bench;

/// <summary>The events that a workflow in a benchmark appends: forty, over ten tasks.</summary>
internal sealed class Workload
{
    /// <summary>Events in one workflow; then the next begins.</summary>
    public const int Length = 40;

    private const int Tasks = 10;
    private static readonly byte[] Payload = Body();

    private readonly WorkflowId _id;
    private readonly TaskId[] _tasks;
    private readonly DateTimeOffset _now;

    public Workload(int number, DateTimeOffset now)
    {
        _now = now;
        _id = PrefixedId.New<WorkflowId>(now, new Random(number));
        _tasks = [.. Enumerable.Range(0, Tasks).Select(i => PrefixedId.Derive<TaskId>(_id.Value, $"t{i}"))];
        Stream = _id.ToString();
    }

    public static int PayloadBytes => Payload.Length;

    public string Stream { get; }

    /// <summary>The append behind <paramref name="seq"/>: the first from outside, the others as a driver does.</summary>
    public AppendRequest Next(int seq)
    {
        var fact = new NewEvent("CallSettled", 1, _now.AddMilliseconds(seq), Actor.System, "", Payload);
        return new AppendRequest(Stream, seq, seq == 0 ? null : 0, [fact], [], Changes(seq));
    }

    public static ReadOnlyMemory<byte> Bytes => Payload;

    private ImmutableArray<ReadModelChange> Changes(int seq)
    {
        var task = seq % Tasks;
        var put = new ReadModelChange.PutTask(new TaskRow(
            _tasks[task], _id, $"t{task}", "Place the order with the supplier", seq / Tasks % 2 == 0 ? "running" : "in_review", "agent:purchaser", null));
        return seq % 5 != 0
            ? [put]
            : [put, new ReadModelChange.PutWorkflow(new WorkflowRow(
                _id, "Restock everything below its reorder point.", "olga", "running", "restock", null, 0, _now, _now, seq % Tasks, Tasks))];
    }

    private static byte[] Body()
    {
        var call = PrefixedId.Derive<CallId>(Guid.Parse("0193a4c0-0000-7000-8000-000000000000"), "call");
        var rows = string.Join(',', Enumerable.Range(1, 10).Select(i => $$"""{"sku":"SKU-{{i:0000}}","quantity":{{i * 7}},"unitPrice":12.{{i}}5}"""));
        var fact = new CallSettled(call, CallOutcome.Succeeded, JsonText.Parse($$"""{"rows":[{{rows}}],"order":"PO-2026-000123"}"""), new Money("1250.00", "EUR"), null, []);
        return EventCodec.Encode(fact, DateTimeOffset.UnixEpoch, Actor.System, "").Body.ToArray();
    }
}
