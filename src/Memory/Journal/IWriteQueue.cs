namespace AiManager.Memory;

/// <summary>The way to a store's writer.</summary>
internal interface IWriteQueue : IAsyncDisposable
{
    /// <summary>Hands a write over; the write's task says what came of it.</summary>
    void Enqueue(IWrite write);
}

/// <summary>The writer of a store that was opened for reading only.</summary>
internal sealed class NoWrites : IWriteQueue
{
    public void Enqueue(IWrite write) => throw new InvalidOperationException("This store was opened for reading only.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
