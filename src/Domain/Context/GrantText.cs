using System.Text.Json;

namespace AiManager.Domain;

/// <summary>How a grant is written for models: they see the tools themselves, but not what binds their arguments.</summary>
public static class GrantText
{
    /// <summary>The grant as an object.</summary>
    public static JsonText Of(Grant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return JsonText.Parse(BriefText.Write(writer => Write(writer, grant, grant.Tools)));
    }

    /// <summary>Writes the grant as an object.</summary>
    /// <param name="writer">Where a value may stand.</param>
    /// <param name="grant">The grant.</param>
    /// <param name="tools">Those of its tools that whoever reads it has.</param>
    internal static void Write(Utf8JsonWriter writer, Grant grant, IReadOnlyCollection<string> tools)
    {
        writer.WriteStartObject();
        writer.WriteTexts("tools", tools);
        if (grant.Limits is { IsEmpty: false } limits)
        {
            writer.WriteStartArray("limits");
            foreach (var limit in limits.Where(l => tools.Contains(l.Tool)))
            {
                WriteLimit(writer, limit);
            }

            writer.WriteEndArray();
        }

        if (grant.Resources is { } resources)
        {
            writer.WriteTexts("resources", resources);
        }

        if (grant.Budget is { } budget)
        {
            WriteBudget(writer, budget);
        }

        if (grant.Expires is { } expires)
        {
            writer.WriteString("expires", expires);
        }

        writer.WriteEndObject();
    }

    private static void WriteBudget(Utf8JsonWriter writer, Amounts budget)
    {
        WriteNumber("money", budget.Money);
        WriteNumber("toolCalls", budget.ToolCalls);
        WriteNumber("recipients", budget.Recipients);

        void WriteNumber(string name, decimal? most)
        {
            if (most is { } number)
            {
                writer.WriteNumber(name, number);
            }
        }
    }

    private static void WriteLimit(Utf8JsonWriter writer, ArgumentLimit limit)
    {
        writer.WriteStartObject();
        writer.WriteString("tool", limit.Tool);
        writer.WriteString("arg", limit.Arg);
        if (limit.AtLeast is { } least)
        {
            writer.WriteNumber("atLeast", least);
        }

        if (limit.AtMost is { } most)
        {
            writer.WriteNumber("atMost", most);
        }

        if (limit.OneOf is { } values)
        {
            writer.WriteStartArray("oneOf");
            foreach (var value in values)
            {
                value.ToElement().WriteTo(writer);
            }

            writer.WriteEndArray();
        }

        if (limit.StartsWith is { } start)
        {
            writer.WriteString("startsWith", start);
        }

        writer.WriteEndObject();
    }
}
