using System.Diagnostics;

namespace AiManager.Memory;

/// <summary>Something for the one writer of a store to carry out. Its caller is answered when it is on disk.</summary>
internal interface IWrite
{
    /// <summary>Roughly how much it adds to a transaction.</summary>
    int Bytes { get; }

    /// <summary>True when it shares a transaction with nobody.</summary>
    bool StandsAlone { get; }

    /// <summary>True when, carried out, it leaves work for a driver.</summary>
    bool WakesDrivers { get; }

    /// <summary>The span that its caller was in; default for none.</summary>
    ActivityContext Origin { get; }

    /// <summary>Tells the caller what came of it.</summary>
    void Answer();

    /// <summary>Tells the caller that nothing came of it.</summary>
    void Fail(Exception cause);
}

/// <summary>A write whose caller waits for a <typeparamref name="T"/>.</summary>
internal abstract class Write<T>() : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IWrite
{
    /// <summary>Set while it is carried out; told once it is on disk.</summary>
    public T Outcome { get; set; } = default!;

    public virtual int Bytes => 100;

    public virtual bool StandsAlone => false;

    public virtual bool WakesDrivers => false;

    public ActivityContext Origin { get; } = Activity.Current?.Context ?? default;

    public void Answer() => TrySetResult(Outcome);

    public void Fail(Exception cause) => TrySetException(cause);
}
