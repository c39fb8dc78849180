using System.Collections.Concurrent;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Conditions on a call's result: acceptance and evidence. Whatever cannot be read does not hold.</summary>
internal static class ResultCondition
{
    private static readonly ConcurrentDictionary<string, WhenParsed> Parsed = new(StringComparer.Ordinal);

    /// <summary>Whether it holds, and what was seen.</summary>
    public static (bool Holds, string Seen) Holds(string condition, JsonText args, JsonText result)
    {
        // A plan may bring its own conditions: the cache must not grow with them for ever.
        if (Parsed.Count > 1000)
        {
            Parsed.Clear();
        }

        if (Parsed.GetOrAdd(condition, text => When.Parse(text, WhenPosition.Start)) is not WhenParsed.Sound { Expression: var expression })
        {
            return (false, "the condition cannot be read");
        }

        var trace = expression.Explain(new WhenFacts { Args = WhenValue.FromJson(args.ToElement()), Result = WhenValue.FromJson(result.ToElement()) });
        var seen = string.Join(", ", trace.Observations.SelectMany(o => o.Seen).Select(s => $"{s.Expression} is {Cut(s.Value.ToString() ?? string.Empty)}"));
        return trace.Outcome switch
        {
            WhenOutcome.True => (true, seen),
            WhenOutcome.Error error => (false, error.Message),
            _ => (false, seen),
        };
    }

    private static string Cut(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
