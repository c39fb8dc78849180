using System.Globalization;

namespace AiManager.Host;

/// <summary>Says with an export how much of its time is not in it: a line in the text itself would be one that no reader of it expects.</summary>
internal static class ArchivedHeader
{
    /// <summary>How many events of the time lie in archive files.</summary>
    public const string Name = "AI-Manager-Archived-Events";

    /// <summary>Sets it, where there are some.</summary>
    public static async Task SetAsync(HttpResponse response, IJournalAudit audit, TimeWindow span, CancellationToken cancellationToken)
    {
        if (await audit.ArchivedAsync(span.From, span.To, cancellationToken) is > 0 and var archived)
        {
            response.Headers[Name] = archived.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The same in a terminal, beside what is written out.</summary>
    public static async Task SayAsync(Terminal terminal, IJournalAudit audit, TimeWindow span, CancellationToken cancellationToken)
    {
        if (await audit.ArchivedAsync(span.From, span.To, cancellationToken) is > 0 and var archived)
        {
            await terminal.Error.WriteLineAsync($"{archived} events of that time are archived, and nothing of them is in this ('archive import FILE' brings them back).");
        }
    }
}
