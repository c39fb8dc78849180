namespace AiManager.Domain;

/// <summary>What a call in shadow would have come to, in words: for the agent that wanted it, and for the report.</summary>
public static class ShadowWords
{
    /// <summary>What the agent is told.</summary>
    public static string Of(CallState call) => $"This run is in shadow: nothing is done, and this call was not made. It would have {Verdict(call)}.";

    /// <summary>"been allowed by small", "asked lead and cfo by large".</summary>
    public static string Verdict(CallState call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var decided = call.Decided;
        var rules = decided is null || decided.Rules.IsEmpty ? "no rule" : string.Join(", ", decided.Rules);
        return decided?.Effect switch
        {
            Effect.Allow => $"been allowed by {rules}",
            Effect.Transform => $"been allowed by {rules}, changed: {string.Join("; ", call.Changed?.Changes.Select(c => $"{c.Arg}: {c.Change}") ?? [])}",
            Effect.Ask => $"been asked of {Whom(call)} by {rules}",
            Effect.Defer => $"been put off by {rules}",
            _ => $"been denied by {rules}",
        };
    }

    private static string Whom(CallState call) =>
        string.Join(" and ", (call.Shadowed?.Seats ?? []).Select(s => s.Count == 1 ? s.Role : $"{s.Count} × {s.Role}"));
}
