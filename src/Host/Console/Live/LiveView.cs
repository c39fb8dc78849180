using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>
/// What an open page shows, for all who look at the same with the same rights: read and rendered once for all of them, and again when something has happened. A reader who is
/// slow misses what came between and gets what is there then; nothing is kept for them. Thread-safe.
/// </summary>
/// <param name="began">When it was made, as a timestamp.</param>
internal sealed class LiveView(long began) : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private volatile LiveParts _shown = new(null, IsOver: false);
    private int _readers;

    /// <summary>What stands where the form token of each reader belongs. Nobody can know it who writes what is shown.</summary>
    public string TokenMark { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    /// <summary>When it was made, as a timestamp.</summary>
    public long Began => began;

    /// <summary>Cancelled when nobody looks any more.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>As it is now.</summary>
    public LiveParts Shown => _shown;

    /// <summary>One more reader, or one less; answers how many there are.</summary>
    public int Count(int change) => Interlocked.Add(ref _readers, change);

    /// <summary>Shows what was rendered; parts that are as before stay the same text.</summary>
    public void Show(ImmutableArray<string> rendered)
    {
        var before = _shown;
        if (before.Html is { } old)
        {
            if (old.SequenceEqual(rendered, StringComparer.Ordinal))
            {
                return;
            }

            rendered = [.. rendered.Select((html, i) => html == old[i] ? old[i] : html)];
        }

        Replace(before, new LiveParts(rendered, IsOver: false));
    }

    /// <summary>Nothing more comes: what it is about is gone, or the store is away. Readers come back by themselves.</summary>
    public void End() => Replace(_shown, _shown with { IsOver = true });

    /// <summary>Nobody looks any more.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private void Replace(LiveParts before, LiveParts after)
    {
        _shown = after with { Next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        before.Next.TrySetResult();
    }
}

/// <summary>What a live page shows at one moment.</summary>
/// <param name="Html">Its parts; null before the first time.</param>
/// <param name="IsOver">Nothing more comes.</param>
internal sealed record LiveParts(ImmutableArray<string>? Html, bool IsOver)
{
    /// <summary>Done when there is something else to show.</summary>
    public TaskCompletionSource Next { get; init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
