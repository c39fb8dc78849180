using System.Collections.Immutable;
using AiManager.ManagerAgent;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary>What can be done with what is remembered: the same for routes and verbs.</summary>
internal sealed class MemoryDesk : IDisposable, IAsyncDisposable
{
    private const int MostRelated = 50;
    private const int AtOnce = 500;
    private const int MostSoon = 2;

    // Reading what happened since the last question takes a few milliseconds; a memory that has yet to read the whole journal takes minutes, and nobody waits for that.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly MemoryStore _store;
    private readonly ICompany _company;
    private readonly TimeProvider _time;
    private readonly SharedCatchUp _reading;
    private Task _long = Task.CompletedTask;
    private int _soon;

    public MemoryDesk(MemoryStore store, ICompany company, TimeProvider time)
    {
        (_store, _company, _time) = (store, company, time);
        _reading = new SharedCatchUp(token => new MemoryReader(store.Journal, store.Envelopes, Memories).CatchUpAsync(token));
    }

    /// <summary>Why words are no question to it; null where they are one.</summary>
    public static string? WhyNot(string? words) =>
        string.IsNullOrWhiteSpace(words) || words.Length > WorkflowDesk.LongestGoal ? $"Say what to look for, in 1 to {WorkflowDesk.LongestGoal} characters." : null;

    /// <summary>What is remembered; it is opened when it is first used.</summary>
    public IMemories Memories => _store.Memories ?? throw new UsageException("Nothing is remembered here yet.");

    /// <summary>Reads what the journal has gained; answers how many workflows that concerned.</summary>
    public Task<int> CatchUpAsync(CancellationToken cancellationToken) => _reading.RunAsync().WaitAsync(cancellationToken);

    /// <summary>
    /// The same for who waits for an answer: false when it takes longer than a moment, and it goes on meanwhile. Then what is remembered so far must do. What one has waited for in vain,
    /// the others do not wait for again until it is over.
    /// </summary>
    public async Task<bool> FreshenAsync(CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _long).IsCompleted)
        {
            return false;
        }

        var reading = _reading.RunAsync();
        try
        {
            await reading.WaitAsync(Patience, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            Volatile.Write(ref _long, reading);
            return false;
        }
    }

    /// <summary>An answer of all that is remembered, for who would rather wait than be told less: asked again until all vectors have been read into this process.</summary>
    public async Task<T> WholeAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            var answer = await ask();
            if (!Memories.IsFilling)
            {
                return answer;
            }

            await Task.Delay(Patience, _time);
        }
    }

    /// <summary>
    /// What has to do with a goal that was just submitted; null when that cannot be said in a moment, because memory is behind, is away, or is asked for too many others: nobody who submits
    /// waits for what is only good to know.
    /// </summary>
    /// <param name="goal">In words.</param>
    /// <param name="except">The goal's own workflow.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ImmutableArray<RelatedWorkflow>?> SoonAsync(string goal, WorkflowId except, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _soon) > MostSoon)
        {
            Interlocked.Decrement(ref _soon);
            return null;
        }

        // Whoever gives up on it makes no room for another: it goes on, and counts until it is over.
        var found = FindSoonAsync(goal, except);
        try
        {
            return await found.WaitAsync(2 * Patience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Settles the vectors that are missing and brings all to where they are searched.</summary>
    /// <param name="progress">Told how many entries have been settled, each time that some were.</param>
    /// <param name="cancellationToken">Stops; what was done stays done.</param>
    public async Task<int> EmbedAsync(Func<int, Task> progress, CancellationToken cancellationToken)
    {
        var done = 0;
        for (var some = AtOnce; some == AtOnce;)
        {
            some = await Memories.ReembedAsync(AtOnce, cancellationToken);
            done += some;
            await progress(done);
        }

        await Memories.PlaceVectorsAsync(cancellationToken);
        return done;
    }

    /// <summary>What has to do with a goal, as far as it is remembered: nothing is read first.</summary>
    /// <param name="goal">In words.</param>
    /// <param name="except">The goal's own workflow.</param>
    /// <param name="labels">What is confidential about it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ImmutableArray<RelatedWorkflow>> RememberedAsync(string goal, WorkflowId except, ImmutableArray<string> labels, CancellationToken cancellationToken) =>
        _store.Memories is not { } memories || await memories.PositionAsync(cancellationToken) == 0
            ? []
            : RelatedWork.Of(goal, await memories.AlikeAsync(new MemoryQuestion(goal, MostRelated) { Kinds = [MemoryKind.Workflow], Except = except, Labels = labels }, cancellationToken));

    /// <summary>Forgets what is older than it is to be kept; answers how many entries that were.</summary>
    public async Task<int> ForgetOlderAsync(MemorySettings settings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        foreach (var kind in Enum.GetValues<MemoryKind>())
        {
            forgotten += settings.Of(kind) is { } kept ? await Memories.ForgetOlderAsync(kind, now - kept, cancellationToken) : 0;
        }

        return forgotten;
    }

    /// <summary>
    /// Destroys a person's key, so that what they wrote cannot be read in the journal any more, and takes out what was remembered from their words; answers how many entries that
    /// were. The key goes first: whoever remembers meanwhile finds nothing to read. That it was done, and by whom, stands in the company's stream, from which any memory learns it.
    /// </summary>
    public async Task<int> ForgetPersonAsync(string person, Actor by, CancellationToken cancellationToken)
    {
        await _store.Envelopes.EraseAsync(person, cancellationToken);
        await _company.AppendAsync([new PersonErased(person)], by, cancellationToken);
        return await Memories.ForgetPersonAsync(person, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _reading.DisposeAsync();

    private async Task<ImmutableArray<RelatedWorkflow>?> FindSoonAsync(string goal, WorkflowId except)
    {
        try
        {
            return await FreshenAsync(CancellationToken.None) ? await RememberedAsync(goal, except, [], CancellationToken.None) : null;
        }
        catch (Exception wrong) when (wrong is not OutOfMemoryException)
        {
            // The goal is taken already: whatever is wrong with memory is told where memory is asked for, and makes no error of it.
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _soon);
        }
    }
}
