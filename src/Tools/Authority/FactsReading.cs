using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Facts as JSON become what a condition reads: a time is text in JSON, and a time to a condition.</summary>
internal static class FactsReading
{
    public static WhenValue Read(WhenType type, JsonText facts) => Read(type, facts.ToElement());

    private static WhenValue Read(WhenType type, JsonElement json)
    {
        if (type is WhenType.Timestamp)
        {
            return json.ValueKind == JsonValueKind.String && json.TryGetDateTimeOffset(out var time) ? new WhenTimestamp(time) : new WhenError("this is not a time");
        }

        if (type is not WhenType.Record record || WhenValue.FromJson(json) is not WhenRecord plain)
        {
            return WhenValue.FromJson(json);
        }

        var fields = new Dictionary<string, WhenValue>(plain.Fields, StringComparer.Ordinal);
        foreach (var (name, known) in record.Fields)
        {
            if (known is WhenType.Timestamp && plain.Fields.TryGetValue(name, out var given) && given is WhenText)
            {
                fields[name] = Read(known, json.GetProperty(name));
            }
        }

        return new WhenRecord(fields);
    }
}
