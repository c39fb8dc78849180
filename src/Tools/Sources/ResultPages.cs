using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// <c>results.page</c>: reads on in a result that was too long to show whole. A tool as any other, through the gate; it reads results of the same workflow and no others,
/// and what it gives is labelled as the result was.
/// </summary>
internal sealed class ResultPages : IToolImplementation
{
    /// <summary>The first part of its name.</summary>
    public const string Source = "results";

    /// <summary>Its name.</summary>
    public const string Name = Source + ".page";

    /// <summary>A page must not become too long to show itself.</summary>
    private const int MostBytes = 32 * 1024;

    private const int UsualLetters = 8_000;

    private static readonly JsonText Parameters = JsonText.Parse(
        """
        {"type":"object","required":["blob"],"additionalProperties":false,"properties":{
          "blob":{"type":"string","pattern":"^sha256-[0-9a-f]{64}$","description":"the blob of the result, as its summary names it"},
          "from":{"type":"integer","minimum":0,"description":"where to begin: 0, or 'next' of the page before"},
          "count":{"type":"integer","minimum":1,"maximum":100000,"description":"how many rows or characters at most"}}}
        """);

    private IBlobs? _blobs;

    /// <summary>The tool.</summary>
    public Tool Make()
    {
        JsonSchema.TryLoad(Parameters, out var schema, out _);
        var info = new ToolInfo(
            Name,
            "Reads on in a result that was too long to show whole: some rows of it, or some of its text.",
            EffectClass.Observe,
            Parameters,
            CanonicalJson.Digest(Source, Parameters.Text),
            TimeSpan.FromSeconds(10))
        {
            IsReadOnly = true,
            IsIdempotent = true,
        };
        return new Tool(info, schema!, this) { Kind = "built-in", ArgsType = ParameterReader.TypeOf(JsonNode.Parse(Parameters.Text)) };
    }

    /// <summary>Where results are kept, from here on.</summary>
    public void Keep(IBlobs blobs) => _blobs = blobs;

    /// <summary>The call whose result a page is of; null when there is none in the workflow. One that was kept from its task is not read on in either.</summary>
    public static CallState? Origin(WorkflowState state, string blob) =>
        state.Calls.Values.FirstOrDefault(c => c.Settled is { Withheld: null, Blob: { } kept } && kept == blob && !state.IsPreview(c));

    /// <summary>The call whose result another call reads on in; null when it does not.</summary>
    public static CallState? Origin(WorkflowState state, CallState call) =>
        call.Proposed.Tool == Name && call.Args.ToElement() is { ValueKind: JsonValueKind.Object } args && args.TryGetProperty("blob", out var blob) ? Origin(state, blob.ToString()) : null;

    /// <summary>What a page is: what any part of the result is.</summary>
    public static OutputContract LabelOf(OutputContract origin) => new([new FieldLabel(".", origin.Fields.Aggregate(origin.Of().Label, (all, field) => all.Join(field.Label)))]);

    /// <summary>What a page says: rows are what the result's rows are, of which each is there whole; a piece of text may be any part of the result.</summary>
    public static ImmutableArray<Label> LabelsOf(OutputContract origin, JsonElement page)
    {
        if (!page.TryGetProperty("rows", out var rows))
        {
            return [LabelOf(origin).Of().Label];
        }

        using var alone = JsonDocument.Parse($$"""{"rows":{{rows.GetRawText()}}}""");
        return origin.LabelsOf(alone.RootElement);
    }

    ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    async Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken)
    {
        var args = intent.Args.ToElement();
        var blob = args.GetProperty("blob").GetString()!;
        if (!intent.IsResult(blob))
        {
            return new ToolOutput.Failed("No result of this workflow is kept under that name.");
        }

        if (_blobs is null || await _blobs.GetAsync(blob, cancellationToken) is not { } bytes)
        {
            return new ToolOutput.Failed("The result is not there any more.");
        }

        using var whole = JsonDocument.Parse(bytes);
        var (from, count) = (Whole(args, "from") ?? 0, Whole(args, "count"));
        var page = whole.RootElement is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty("rows", out var rows) && rows.ValueKind == JsonValueKind.Array
            ? Rows(rows, from, count)
            : Letters(TextOf(whole.RootElement), from, count);
        return new ToolOutput.Done(JsonText.Parse(page.ToJsonString()), []);
    }

    private static int? Whole(JsonElement args, string name) => args.TryGetProperty(name, out var value) && value.TryGetDecimal(out var number) ? (int)Math.Min(number, int.MaxValue) : null;

    /// <summary>The words of a result that is mostly words, else all of it as JSON.</summary>
    private static string TextOf(JsonElement result) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { } words
            && words.Length * 2L > result.GetRawText().Length
            ? words
            : result.GetRawText();

    private static JsonObject Rows(JsonElement rows, int from, int? count)
    {
        var (page, bytes, total) = (new JsonArray(), 0, rows.GetArrayLength());
        foreach (var row in rows.EnumerateArray().Skip(from).Take(count ?? int.MaxValue))
        {
            bytes += Encoding.UTF8.GetByteCount(row.GetRawText());
            if (bytes > MostBytes && page.Count > 0)
            {
                break;
            }

            page.Add(bytes > MostBytes ? "This row is too long to show." : JsonNode.Parse(row.GetRawText()));
        }

        var next = from + page.Count;
        return new JsonObject { ["unit"] = "rows", ["from"] = from, ["next"] = next < total ? next : null, ["total"] = total, ["rows"] = page };
    }

    private static JsonObject Letters(string text, int from, int? count)
    {
        from = Math.Min(from, text.Length);
        var length = Math.Min(count ?? UsualLetters, text.Length - from);
        while (length > 1 && JsonEncodedText.Encode(text.AsSpan(from, length)).EncodedUtf8Bytes.Length > MostBytes)
        {
            length /= 2;
        }

        // Half a character is none.
        length += length > 0 && from + length < text.Length && char.IsHighSurrogate(text[from + length - 1]) ? 1 : 0;
        var next = from + length;
        return new JsonObject { ["unit"] = "characters", ["from"] = from, ["next"] = next < text.Length ? next : null, ["total"] = text.Length, ["text"] = text.Substring(from, length) };
    }
}
