using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Looks things up in what the company has approved. Passages stand under the name of their source, so that each source's labels hold for its passages and for no others.
/// </summary>
internal static class KnowledgeTools
{
    /// <summary>The first part of their names.</summary>
    public const string Source = "knowledge";

    private const int Most = 5;

    private static readonly JsonText Parameters = JsonText.Parse(
        """
        {"type":"object","required":["query"],"additionalProperties":false,"properties":{
          "query":{"type":"string","minLength":1,"maxLength":2000,"description":"what you want to know, in plain words"},
          "most":{"type":"integer","minimum":1,"maximum":20,"description":"how many passages; 5 unless said"}}}
        """);

    /// <summary>The tools; none for a company that has written nothing down.</summary>
    /// <param name="knowledge">What there is to find.</param>
    /// <param name="clock">For the day on which something holds.</param>
    /// <param name="zone">The company's.</param>
    public static ImmutableArray<Tool> Of(IKnowledge knowledge, TimeProvider clock, TimeZoneInfo zone)
    {
        if (knowledge.Sources.IsEmpty)
        {
            return [];
        }

        JsonSchema.TryLoad(Parameters, out var schema, out _);
        var info = new ToolInfo(
            Citations.Tool,
            "Finds passages in the company's approved knowledge. Whoever uses one cites it in the deliverable: {\"source\": its source, \"quote\": words of it, exactly as they stand there}.",
            EffectClass.Observe,
            Parameters,
            CanonicalJson.Digest(Source, Parameters.Text),
            TimeSpan.FromSeconds(5))
        {
            IsReadOnly = true,
            IsIdempotent = true,
        };
        return
        [
            new Tool(info, schema!, new SearchTool(knowledge, clock, zone))
            {
                Kind = "built-in",
                ArgsType = ParameterReader.TypeOf(JsonNode.Parse(Parameters.Text)),
                Returns = new OutputContract([new FieldLabel(".", Label.Of(Integrity.Internal)), .. knowledge.Sources.Select(s => new FieldLabel($"found.{s.Id}", LabelOf(s)))]),
            },
        ];
    }

    private static Label LabelOf(KnowledgeSource source) => new(Integrity.Internal, ImmutableSortedSet.CreateRange(StringComparer.Ordinal, source.Labels));

    private sealed class SearchTool(IKnowledge knowledge, TimeProvider clock, TimeZoneInfo zone) : IToolImplementation
    {
        ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

        Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken)
        {
            var args = intent.Args.ToElement();
            var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
            var most = args.TryGetProperty("most", out var given) ? given.GetInt32() : Most;
            var found = knowledge.Search(new KnowledgeQuestion(args.GetProperty("query").GetString()!, intent.Caller, today, most));
            return Task.FromResult<ToolOutput>(new ToolOutput.Done(JsonText.Parse(BriefText.Write(writer => Write(writer, found))), []));
        }

        private static void Write(Utf8JsonWriter writer, ImmutableArray<FoundPassage> found)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("found");
            foreach (var source in found.Index().GroupBy(f => f.Item.Source.Id))
            {
                writer.WriteStartArray(source.Key);
                foreach (var (place, passage) in source)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("rank", place + 1);
                    writer.WriteString("source", passage.Source.Path);
                    writer.WriteString("version", passage.Source.Version);
                    writer.WriteNumber("from", passage.From);
                    writer.WriteNumber("to", passage.To);
                    if (passage.Heading.Length > 0)
                    {
                        writer.WriteString("heading", passage.Heading);
                    }

                    writer.WriteString("text", passage.Text);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }
}
