namespace AiManager.Domain;

/// <summary>Why a condition cannot be used, and where. Positions already include the origin given to <see cref="When.Parse"/>.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1, in UTF-16 units.</param>
/// <param name="Message">A sentence or two for the author of the rule.</param>
public sealed record WhenFault(int Line, int Column, string Message)
{
    public override string ToString() => $"{Line}:{Column}: {Message}";
}
