using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Real memories, whose writes are counted, and before each of which something may happen.</summary>
internal sealed class WatchedMemories(IMemories memories, Func<int, Task>? before = null) : IMemories
{
    /// <summary>How many there were.</summary>
    public int Writes { get; private set; }

    public bool IsFilling => memories.IsFilling;

    public async Task<bool> PutAsync(ImmutableArray<MemoryEntry> entries, JournalRead? read, CancellationToken cancellationToken)
    {
        await (before?.Invoke(Writes) ?? Task.CompletedTask);
        Writes++;
        return await memories.PutAsync(entries, read, cancellationToken);
    }

    public Task<long> PositionAsync(CancellationToken cancellationToken) => memories.PositionAsync(cancellationToken);

    public Task<ImmutableArray<FoundMemory>> SearchAsync(MemoryQuestion question, CancellationToken cancellationToken) => memories.SearchAsync(question, cancellationToken);

    public Task<ImmutableArray<FoundMemory>> AlikeAsync(MemoryQuestion question, CancellationToken cancellationToken) => memories.AlikeAsync(question, cancellationToken);

    public Task<int> ForgetPersonAsync(string person, CancellationToken cancellationToken) => memories.ForgetPersonAsync(person, cancellationToken);

    public Task<int> ForgetOlderAsync(MemoryKind kind, DateTimeOffset before, CancellationToken cancellationToken) => memories.ForgetOlderAsync(kind, before, cancellationToken);

    public Task ClearAsync(CancellationToken cancellationToken) => memories.ClearAsync(cancellationToken);

    public Task<int> ReembedAsync(int most, CancellationToken cancellationToken) => memories.ReembedAsync(most, cancellationToken);

    public Task<bool> PlaceVectorsAsync(CancellationToken cancellationToken) => memories.PlaceVectorsAsync(cancellationToken);

    public Task<MemoryStats> StatsAsync(CancellationToken cancellationToken) => memories.StatsAsync(cancellationToken);
}
