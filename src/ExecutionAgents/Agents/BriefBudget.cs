using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Makes a conversation fit, giving up the least useful first; the order is <see cref="AgentBrief.Write"/>'s.</summary>
internal static class BriefBudget
{
    public static void Fit(TaskBrief brief, List<ModelMessage> transcript, Func<string, long> size, long maxBytes)
    {
        var excess = size(brief.Write()) + transcript.Sum(TokenEstimate.Bytes) - maxBytes;
        if (excess <= 0)
        {
            return;
        }

        var last = transcript.FindLastIndex(m => m is ModelMessage.Assistant { Calls.IsEmpty: false });
        excess -= brief.Earlier.GiveUp(excess);
        excess -= brief.Knowledge.GiveUp(excess);
        for (var i = 0; i < last && excess > 0; i++)
        {
            excess -= Shorten(transcript, i);
        }

        excess -= brief.Messages.GiveUp(excess);
        excess -= brief.Decided.GiveUp(excess);
        excess -= brief.ShortenResults(excess);
        foreach (var i in Enumerable.Range(Math.Max(last, 0), transcript.Count - Math.Max(last, 0)).OrderByDescending(i => TokenEstimate.Bytes(transcript[i])))
        {
            excess -= excess > 0 ? Shorten(transcript, i) : 0;
        }

        brief.Next.GiveUp(excess);
    }

    /// <summary>Shortens a tool's result in place; how many bytes that saves.</summary>
    private static long Shorten(List<ModelMessage> transcript, int index)
    {
        if (transcript[index] is not ModelMessage.Tool tool)
        {
            return 0;
        }

        var before = TokenEstimate.Bytes(tool);
        transcript[index] = tool with { Text = BriefText.Shorter(tool.Text) };
        return before - TokenEstimate.Bytes(transcript[index]);
    }
}
