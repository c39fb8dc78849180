using System.Diagnostics.Metrics;

namespace AiManager.Host;

/// <summary>What this process counts of its own work; meter <c>AiManager.Host</c>. Names come from the company's files.</summary>
internal static class HostCounters
{
    private static readonly Meter Meter = new(new MeterOptions(StoreGauges.MeterName) { TelemetrySchemaUrl = GenAi.SchemaUrl });
    private static readonly Counter<long> Unreadable = Meter.CreateCounter<long>("aimanager.webhook.unreadable", "{event}", "Events that a webhook was not told of because this program cannot read them");

    /// <summary>A webhook was not told of an event.</summary>
    public static void EventSteppedOver(string webhook) => Unreadable.Add(1, new KeyValuePair<string, object?>("webhook", webhook));
}
