using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What came of somebody's decision, in a sentence or two for the page that follows it.</summary>
internal static class DecidedWords
{
    /// <summary>Of one.</summary>
    public static string Of(DecideResult.Recorded recorded) => string.Join(
        ' ',
        [
            recorded.Status switch
            {
                ApprovalView.Pending => $"Approved. {Open(recorded.Seats)} must still agree.",
                "approved" or "used" => "Approved.",
                "rejected" => "Rejected.",
                "edited" => "Sent with what you wrote; it is decided anew.",
                "responded" => "Answered; the call is not made.",
                var other => $"Recorded: {Written.Status(other)}.",
            },
            .. recorded.Change is null ? Array.Empty<string>() : ["A rule is proposed; it holds when a second person has confirmed it."],
            .. recorded.NoChange is { } why ? [$"No rule was proposed: {why}"] : Array.Empty<string>(),
        ]);

    /// <summary>Of several that were decided together.</summary>
    public static string Of(IEnumerable<DecideResult.Recorded> recorded)
    {
        var all = recorded.ToList();
        var waiting = all.Where(r => r.Status == ApprovalView.Pending).ToList();
        var words = string.Join(", ", all.GroupBy(r => r.Status == ApprovalView.Pending ? "approved" : Written.Status(r.Status)).Select(g => $"{Written.Count(g.Count())} {g.Key}")) + ".";
        return waiting.Count == 0 ? words : $"{words} {Open(waiting[0].Seats)} must still agree{(waiting.Count < all.Count ? $" to {Written.Count(waiting.Count)} of them" : "")}.";
    }

    private static string Open(ImmutableArray<SeatView> seats)
    {
        var roles = seats.Where(s => s.By is null).GroupBy(s => s.Role).Select(g => g.Count() == 1 ? $"the {g.Key}" : $"{g.Count()} with the role {g.Key}").ToList();
        var words = roles.Count == 0 ? "somebody" : roles.Count == 1 ? roles[0] : $"{string.Join(", ", roles.SkipLast(1))} and {roles[^1]}";
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
