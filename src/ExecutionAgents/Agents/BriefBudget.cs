using System.Text;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Makes a conversation fit, giving up the least useful first; the order is <see cref="AgentBrief.Write"/>'s.</summary>
internal static class BriefBudget
{
    /// <summary>What is kept of a result that is given up.</summary>
    private const int Kept = 200;

    public static void Fit(BriefContext context, List<ModelMessage> transcript, long maxBytes)
    {
        var excess = TokenEstimate.Bytes(new ModelMessage.User(context.Write())) + transcript.Sum(TokenEstimate.Bytes) - maxBytes;
        var last = transcript.FindLastIndex(m => m is ModelMessage.Assistant { Calls.IsEmpty: false });
        for (var i = 0; i < last && excess > 0; i++)
        {
            excess -= Shorten(transcript, i);
        }

        while (excess > 0 && context.Messages.Count > 0)
        {
            excess -= Encoding.UTF8.GetByteCount(context.Messages[0]);
            context.Messages.RemoveAt(0);
        }

        foreach (var (key, deliverable) in context.Results.OrderByDescending(r => r.Deliverable.Text.Length).ThenBy(r => r.Key, StringComparer.Ordinal).ToList())
        {
            if (excess <= 0)
            {
                return;
            }

            var shorter = Shorter(deliverable.Text);
            excess -= Encoding.UTF8.GetByteCount(deliverable.Text) - Encoding.UTF8.GetByteCount(shorter);
            context.Results[context.Results.FindIndex(r => r.Key == key)] = (key, JsonText.Parse(shorter));
        }

        foreach (var i in Enumerable.Range(Math.Max(last, 0), transcript.Count - Math.Max(last, 0)).OrderByDescending(i => TokenEstimate.Bytes(transcript[i])))
        {
            excess -= excess > 0 ? Shorten(transcript, i) : 0;
        }
    }

    /// <summary>Shortens a tool's result in place; how many bytes that saves.</summary>
    private static long Shorten(List<ModelMessage> transcript, int index)
    {
        if (transcript[index] is not ModelMessage.Tool tool)
        {
            return 0;
        }

        var before = TokenEstimate.Bytes(tool);
        transcript[index] = tool with { Text = Shorter(tool.Text) };
        return before - TokenEstimate.Bytes(transcript[index]);
    }

    private static string Shorter(string text)
    {
        if (text.Length <= 2 * Kept)
        {
            return text;
        }

        var cut = char.IsHighSurrogate(text[Kept - 1]) ? Kept - 1 : Kept;
        return $$"""{"shortened":{{JsonText.OfString(text[..cut])}},"characters":{{text.Length}}}""";
    }
}
