namespace AiManager.Host;

/// <summary>What came of deciding a change.</summary>
internal abstract record ChangeResult
{
    private ChangeResult()
    {
    }

    /// <summary>It is decided.</summary>
    /// <param name="Change">As it is now.</param>
    public sealed record Done(ChangeState Change) : ChangeResult;

    /// <summary>The request is wrong.</summary>
    public sealed record Invalid(string Reason) : ChangeResult;

    /// <summary>This person may not.</summary>
    public sealed record Forbidden(string Reason) : ChangeResult;

    /// <summary>There is no such change.</summary>
    public sealed record Unknown : ChangeResult;

    /// <summary>It is decided already, or cannot be confirmed as it is.</summary>
    public sealed record Conflict(string Reason) : ChangeResult;
}
