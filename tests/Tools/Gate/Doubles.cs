using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace AiManager.Tools.Tests;

/// <summary>A tool that does what a test says.</summary>
internal sealed class ToolDouble(Func<StartedIntent, CancellationToken, Task<ToolOutput>> does, bool storesKeys = false) : IToolImplementation
{
    public List<StartedIntent> Sent { get; } = [];

    ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(storesKeys);

    Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken)
    {
        Sent.Add(intent);
        return does(intent, cancellationToken);
    }
}

/// <summary>The process dies at one point, once.</summary>
internal sealed class CrashDouble : ICrashPoints
{
    public CrashPoint? At { get; set; }

    /// <summary>What happens while the process stands still there.</summary>
    public Action<CrashPoint>? Meanwhile { get; set; }

    public void Pass(CrashPoint point, string stream)
    {
        Meanwhile?.Invoke(point);
        if (point == At)
        {
            At = null;
            throw new ProcessDied();
        }
    }

    /// <summary>Cancellation is the one thing that the gate lets through untouched, as it would a kill.</summary>
    public sealed class ProcessDied : OperationCanceledException;
}

/// <summary>Appends to a log without driving it.</summary>
internal sealed class OutsideDouble(MemoryLog log) : IWorkflowOutside
{
    public Task<OutsideResult> AppendAsync(WorkflowId workflow, Func<WorkflowState, OutsideDecision> decide, Actor actor, CancellationToken cancellationToken)
    {
        if (decide(log.State) is not OutsideDecision.Append append)
        {
            return Task.FromResult<OutsideResult>(new OutsideResult.Refused("declined"));
        }

        log.Add(actor, append.Events);
        return Task.FromResult<OutsideResult>(new OutsideResult.Appended(log.State));
    }

    public Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(IEnumerable<WorkflowId> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WorkflowState?> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken) => Task.FromResult<WorkflowState?>(log.State);
}

internal sealed class CompanyDouble : ICompany
{
    private readonly Lock _lock = new();

    public string? Unreadable { get; set; }

    public CompanyState State { get; private set; } = CompanyState.Empty;

    /// <summary>What others have appended that is not known here yet; <see cref="CatchUpAsync"/> brings it.</summary>
    public CompanyState? Elsewhere { get; set; }

    public int SeqInStore => (Elsewhere ?? State).Seq;

    public void Suspend(string what) => State = With(what);

    public void SuspendElsewhere(string what) => Elsewhere = With(what);

    public void Lift() => State = State.Suspensions.Values.Aggregate(
        State, (state, stop) => CompanyState.Apply(state, new Recorded(0, state.Seq + 1, DateTimeOffset.UnixEpoch, Actor.Person("jana"), new SuspensionLifted(stop.Kind, stop.Name))));

    public void SignInElsewhere() => Elsewhere = CompanyState.Apply(State, new Recorded(0, State.Seq + 1, DateTimeOffset.UnixEpoch, Actor.Person("jana"), new SessionBegun(SessionBegun.ByKey)));

    public Task CatchUpAsync(CancellationToken cancellationToken)
    {
        (State, Elsewhere) = (Elsewhere ?? State, null);
        return Task.CompletedTask;
    }

    private CompanyState With(string what)
    {
        var (kind, name) = (what.Split('/', 2)[0], what.Split('/', 2)[1]);
        return CompanyState.Apply(State, new Recorded(0, State.Seq + 1, DateTimeOffset.UnixEpoch, Actor.Person("jana"), new Suspended(kind, name, new PrivateText("jana", "until it is clear what happened"))));
    }

    public Task AppendAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var fact in events)
            {
                Facts = Facts.Add(fact);
                State = CompanyState.Apply(State, new Recorded(0, State.Seq + 1, DateTimeOffset.UnixEpoch, actor, fact));
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>What was appended here.</summary>
    public ImmutableArray<WorkflowEvent> Facts { get; private set; } = [];
}

internal sealed class BlobsDouble : IBlobs
{
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _kept = new();

    public ICollection<ReadOnlyMemory<byte>> All => _kept.Values;

    public Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var digest = "sha256-" + Convert.ToHexStringLower(SHA256.HashData(content.Span));
        _kept[digest] = content.ToArray();
        return Task.FromResult(digest);
    }

    public Task<ReadOnlyMemory<byte>?> GetAsync(string digest, CancellationToken cancellationToken) =>
        Task.FromResult(_kept.TryGetValue(digest, out var content) ? content : (ReadOnlyMemory<byte>?)null);
}

internal sealed class DirectoryDouble(ImmutableArray<string> tools) : IDirectory
{
    public ImmutableArray<Person> People { get; } = [Of("jana", "operator"), Of("petra", "lead"), Of("omar", "lead"), Of("helena", "cfo")];

    public ImmutableArray<AgentProfile> Agents { get; } =
        [new("purchaser", [], tools, "default", new TurnLimits(), ""), new("clerk", [], ["erp.prices"], "default", new TurnLimits(), "")];

    private static Person Of(string id, string role) => new(id, id, null, [role], ImmutableDictionary<string, decimal>.Empty);
}
