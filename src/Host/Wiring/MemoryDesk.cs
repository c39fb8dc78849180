using System.Collections.Immutable;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary>What can be done with what is remembered: the same for routes and verbs. Before it answers, it reads what the journal has gained.</summary>
internal sealed class MemoryDesk(MemoryStore store, ICompany company)
{
    private const int MostRelated = 50;
    private const int AtOnce = 500;

    /// <summary>What is remembered; it is opened when it is first used.</summary>
    public IMemories Memories => store.Memories ?? throw new UsageException("Nothing is remembered here yet.");

    /// <summary>Reads what the journal has gained; answers how many workflows that concerned.</summary>
    public Task<int> CatchUpAsync(CancellationToken cancellationToken) => new MemoryReader(store.Journal, store.Envelopes, Memories).CatchUpAsync(cancellationToken);

    /// <summary>Searches.</summary>
    public async Task<ImmutableArray<FoundMemory>> SearchAsync(MemoryQuestion question, CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        return await Memories.SearchAsync(question, cancellationToken);
    }

    /// <summary>What has to do with a goal.</summary>
    /// <param name="goal">In words.</param>
    /// <param name="except">The goal's own workflow; null when it has none yet.</param>
    /// <param name="labels">What is confidential about the goal's own workflow.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ImmutableArray<RelatedWorkflow>> RelatedAsync(string goal, WorkflowId? except, ImmutableArray<string> labels, CancellationToken cancellationToken) =>
        RelatedWork.Of(goal, await AlikeAsync(new MemoryQuestion(goal, MostRelated) { Kinds = [MemoryKind.Workflow], Except = except, Labels = labels }, cancellationToken));

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

    /// <summary>What has to do with a goal, as far as it is remembered already: nothing is read first.</summary>
    /// <param name="goal">In words.</param>
    /// <param name="except">The goal's own workflow.</param>
    /// <param name="labels">What is confidential about it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ImmutableArray<RelatedWorkflow>> RememberedAsync(string goal, WorkflowId except, ImmutableArray<string> labels, CancellationToken cancellationToken) =>
        store.Memories is not { } memories || await memories.PositionAsync(cancellationToken) == 0
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
        await store.Envelopes.EraseAsync(person, cancellationToken);
        await company.AppendAsync([new PersonErased(person)], by, cancellationToken);
        return await Memories.ForgetPersonAsync(person, cancellationToken);
    }

    private async Task<ImmutableArray<FoundMemory>> AlikeAsync(MemoryQuestion question, CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        return await Memories.AlikeAsync(question, cancellationToken);
    }
}
