using System.Collections.Immutable;

namespace AiManager.Host.Tests;

/// <summary>How work came out, as it is counted from the journal.</summary>
public sealed class TrackRecordTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync();
        _workflow = await _api.SubmittedAsync();
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_call_that_settles_after_the_end_counts_for_whoever_proposed_it()
    {
        var (late, refused) = (await StartedAsync("late"), Call("refused"));
        await _api.AppendAsync(_workflow, new CallProposed(refused, null, "purchaser", "erp.order", JsonText.EmptyObject, []), new CallDecided(refused, Effect.Deny, [], JsonText.EmptyObject, "No.", "", "", []));
        using var records = new TrackRecords(_api.Get<IWorkflowJournal>());
        Assert.Null(await OfAgentAsync(records));
        await _api.AppendAsync(_workflow, new GoalCancelled(new PrivateText("jana", "Enough.")));
        Assert.Null(await OfAgentAsync(records));

        await _api.AppendAsync(_workflow, Settled(late, CallOutcome.Failed));

        Assert.Equal((1, 1), await OfAgentAsync(records));
        Assert.Equal(0, records.UnderWayNow); // nothing of what is over is kept
    }

    [Fact]
    public async Task An_event_that_a_newer_host_wrote_is_stepped_over_and_what_comes_after_it_counts()
    {
        var (first, second) = (await StartedAsync("first"), await StartedAsync("second"));
        await _api.AppendAsync(_workflow, Settled(first, CallOutcome.Succeeded), Settled(second, CallOutcome.Succeeded));
        using var records = new TrackRecords(new NewerJournal(_api.Get<IWorkflowJournal>()));

        Assert.Equal((1, 0), await OfAgentAsync(records));
        Assert.Equal((1, 0), await OfAgentAsync(records));
    }

    private static async Task<(int Calls, int Failed)?> OfAgentAsync(TrackRecords records) =>
        (await records.ReadAsync(CancellationToken.None)).Records.TryGetValue("agent:purchaser", out var record) ? (record.Calls, record.CallsFailed) : null;

    private static CallSettled Settled(CallId call, CallOutcome outcome) => new(call, outcome, JsonText.Null, null, null, []);

    private CallId Call(string name) => PrefixedId.Derive<CallId>(_workflow.Value, name);

    private async Task<CallId> StartedAsync(string name)
    {
        var call = Call(name);
        await _api.AppendAsync(
            _workflow,
            new CallProposed(call, null, "purchaser", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Allow, [], JsonText.EmptyObject, "", "", "", []),
            new CallStarted(call, name, false, [], null));
        return call;
    }

    /// <summary>The first call that is settled in it was settled by a host of the next release.</summary>
    private sealed class NewerJournal(IWorkflowJournal inner) : IWorkflowJournal
    {
        private long? _newer;

        public async Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken) =>
            [.. (await inner.ReadAllAsync(afterPosition, limit, cancellationToken)).Select(e => e.Type == nameof(CallSettled) && (_newer ??= e.Position) == e.Position ? e with { SchemaVersion = 99 } : e)];

        public Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ImmutableArray<StoredEvent>> ReadAsync(string stream, int afterSeq, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ImmutableArray<ImmutableArray<StoredEvent>>> ReadEachAsync(ImmutableArray<StreamPlace> places, ImmutableArray<string>? types, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

        public Task<Claim?> ClaimAsync(string node, DateTimeOffset now, TimeSpan lease, string? only, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> RenewAsync(Claim claim, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ReleaseAsync(Claim claim, int foldedSeq, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task WaitForWorkAsync(TimeSpan patience, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
