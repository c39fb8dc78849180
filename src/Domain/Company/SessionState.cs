namespace AiManager.Domain;

/// <summary>A browser's session as the company's stream says it began.</summary>
/// <param name="Session">Its id.</param>
/// <param name="Who">Who signed in.</param>
/// <param name="Begun">How, and as whom they go on.</param>
/// <param name="At">When.</param>
public sealed record SessionState(string Session, Actor Who, SessionBegun Begun, DateTimeOffset At)
{
    /// <summary>After this nobody's session goes on, however much it is used: a cookie that was copied, or a person who should have left, is out by then.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>True until its last day is over.</summary>
    public bool IsOpen(DateTimeOffset now) => now < At + Longest;
}
