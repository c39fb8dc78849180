using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What a task may do, as people read it.</summary>
internal static class GrantWords
{
    /// <summary>A line for each part that says something; empty for a task without tools, which nothing binds.</summary>
    /// <param name="grant">The task's; null for none.</param>
    /// <param name="currency">The company's.</param>
    public static ImmutableArray<string> Of(Grant? grant, string currency) => grant is null or { Tools.IsEmpty: true } ? [] :
    [
        $"Call {string.Join(", ", grant.Tools)}",
        .. (grant.Limits ?? []).Select(l => $"{l.Tool}: {l.Arg} {Limit(l)}"),
        .. Listed("Reach only", grant.Resources),
        .. Listed("Take in only what is", grant.Reads),
        .. Listed("Let out only what is", grant.Releases),
        .. Slice(grant.Budget, currency) is { Count: > 0 } slice ? [$"Use at most {string.Join(", ", slice)}"] : Array.Empty<string>(),
        .. grant.Budget?.Money == 0 ? ["Spend no money"] : Array.Empty<string>(),
        .. grant.Budget?.Recipients == 0 ? ["Address nobody"] : Array.Empty<string>(),
        .. grant.Expires is { } end ? [$"Until {Written.Time(end)}"] : Array.Empty<string>(),
    ];

    private static string Limit(ArgumentLimit limit) => string.Join(", ", new[]
    {
        limit.AtLeast is { } least ? $"at least {Written.Amount(least)}" : null,
        limit.AtMost is { } most ? $"at most {Written.Amount(most)}" : null,
        limit.OneOf is { } values ? $"one of {string.Join(", ", values.Select(v => v.Text))}" : null,
        limit.StartsWith is { } start ? $"begins with {start}" : null,
    }.OfType<string>());

    private static IEnumerable<string> Listed(string words, ImmutableArray<string>? texts) =>
        texts is not { } named ? [] : [$"{words} {(named.IsEmpty ? "nothing" : string.Join(", ", named))}"];

    private static List<string> Slice(Amounts? budget, string currency) => budget is null ? [] : new[]
    {
        budget.Money is { } money and not 0 ? $"{Written.Amount(money)} {currency}" : null,
        budget.ModelCost is { } cost ? $"{Written.Amount(cost)} {currency} for models" : null,
        budget.Tokens is { } tokens ? $"{Written.Count(tokens)} tokens" : null,
        budget.Calls is { } calls ? $"{Written.Count(calls)} calls of models" : null,
        budget.ToolCalls is { } toolCalls ? $"{Written.Count(toolCalls)} calls of tools" : null,
        budget.Time is { } time ? $"{Written.Span(time)} of calls" : null,
        budget.Recipients is { } people and not 0 ? people == 1 ? "one recipient" : $"{Written.Count(people)} recipients" : null,
    }.OfType<string>().ToList();
}
