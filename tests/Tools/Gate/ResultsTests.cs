using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace AiManager.Tools.Tests;

/// <summary>What of a long result is shown, and what is looked for in one.</summary>
public sealed class ResultsTests
{
    private const int Longest = 48 * 1024;

    private readonly BlobsDouble _blobs = new();

    [Theory]
    [InlineData(Longest, true)]
    [InlineData(Longest + 1, false)]
    public async Task Up_to_48_KB_are_shown_whole_and_no_byte_more(int bytes, bool isWhole)
    {
        var result = JsonText.Parse("\"" + new string('a', bytes - 2) + "\"");
        var (shown, blob) = await new Results(_blobs).FitAsync(result, CancellationToken.None);
        Assert.Equal((isWhole, isWhole), (shown == result, blob is null));
        if (!isWhole)
        {
            var summary = shown.ToElement();
            Assert.Equal(blob, summary.GetProperty("blob").GetString());
            Assert.Contains("(48 KB)", summary.GetProperty("summary").GetString(), StringComparison.Ordinal);
            Assert.Equal(2, summary.EnumerateObject().Count());
        }
    }

    [Theory]
    [InlineData(12 * 1024, 1)]
    [InlineData((12 * 1024) + 1, 0)]
    public async Task The_first_rows_are_shown_up_to_a_quarter_of_it(int bytesOfFirst, int shownRows)
    {
        var result = JsonText.Parse($"{{\"rows\":[\"{new string('a', bytesOfFirst - 2)}\",\"{new string('b', Longest)}\"]}}");
        var summary = (await new Results(_blobs).FitAsync(result, CancellationToken.None)).Shown.ToElement();
        Assert.Equal((2, shownRows), (summary.GetProperty("rowCount").GetInt32(), summary.GetProperty("firstRows").GetArrayLength()));
    }

    [Theory]
    [InlineData(5, "", 5)]
    [InlineData(2000, "", 2000)]
    [InlineData(2001, "", 2000)]
    [InlineData(1999, "😀", 1999)]
    [InlineData(1998, "😀", 2000)]
    public async Task The_start_of_a_long_text_is_shown_and_no_half_of_a_character(int letters, string then, int shown)
    {
        var text = new string('a', letters) + then;
        var result = JsonText.Parse(JsonSerializer.Serialize(new { text, more = new string('b', Longest) }));
        var summary = (await new Results(_blobs).FitAsync(result, CancellationToken.None)).Shown.ToElement();
        Assert.Equal((text.Length, text[..shown]), (summary.GetProperty("characters").GetInt32(), summary.GetProperty("firstText").GetString()));
    }

    [Theory]
    [InlineData("""["MORE"]""")]
    [InlineData("""{"text":["MORE"]}""")]
    [InlineData("""{"text":"","more":"MORE"}""")]
    public async Task Where_there_are_neither_rows_nor_a_text_only_the_digest_stands_there(string result)
    {
        var whole = JsonText.Parse(result.Replace("MORE", new string('b', Longest), StringComparison.Ordinal));
        var (shown, blob) = await new Results(_blobs).FitAsync(whole, CancellationToken.None);
        Assert.Equal(["summary", "blob"], shown.ToElement().EnumerateObject().Select(p => p.Name));
        Assert.Equal(whole.Text, Encoding.UTF8.GetString((await _blobs.GetAsync(blob!, CancellationToken.None))!.Value.Span));
    }

    [Fact]
    public async Task Parts_that_a_result_names_are_kept()
    {
        await new Results(_blobs).KeepAsync([new byte[] { 1 }, new byte[] { 2, 3 }], CancellationToken.None);
        Assert.Equal([1, 2], _blobs.All.Select(b => b.Length).Order());
    }

    [Theory]
    [InlineData("result.total <= args.most", true, "result.total is 7, args.most is 9")]
    [InlineData("result.total > args.most", false, "result.total is 7, args.most is 9")]
    [InlineData("result.total >", false, "the condition cannot be read")]
    public void A_condition_on_a_result_says_what_was_seen(string condition, bool holds, string seen) =>
        Assert.Equal((holds, seen), ResultCondition.Holds(condition, JsonText.Parse("""{"most":9}"""), JsonText.Parse("""{"total":7}""")));

    [Theory]
    [InlineData("result.total + 1 > 2")]
    [InlineData("result.total > 2")]
    [InlineData("result.lines[0].total == 2")]
    public void What_cannot_be_told_does_not_hold(string condition)
    {
        var (holds, seen) = ResultCondition.Holds(condition, JsonText.EmptyObject, JsonText.Parse("""{"total":"many"}"""));
        Assert.False(holds);
        Assert.NotEmpty(seen);
    }

    [Theory]
    [InlineData(77, false)]
    [InlineData(78, false)]
    [InlineData(79, true)]
    public void What_was_seen_is_cut_at_80_characters_with_its_quotes(int letters, bool isCut)
    {
        var seen = ResultCondition.Holds("result.note == 'x'", JsonText.EmptyObject, JsonText.Parse($"{{\"note\":\"{new string('a', letters)}\"}}")).Seen;
        Assert.Equal((isCut, true), (seen.Contains('…', StringComparison.Ordinal), seen.Contains(new string('a', Math.Min(letters, 78)), StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{ "b":1, "a":2 }""", """{"a":2,"b":1}""")]
    [InlineData("[ 1, 2 ]", null)]
    public void Arguments_are_kept_in_canonical_form_and_what_is_no_object_as_written(string written, string? kept)
    {
        var args = JsonText.Parse(written);
        Assert.Equal(kept ?? args.Text, CallArguments.Canonical(args).Text);
    }

    [Fact]
    public void A_result_that_cannot_be_looked_through_is_not_shown_at_all()
    {
        var twice = new ToolOutput.Done(JsonText.Parse("""{"supplier":"acme","supplier":"shady"}"""), []);
        Assert.DoesNotContain("acme", Assert.IsType<ToolOutput.Done>(Redaction.Of(twice, ["price"])).Result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default", "big", "default", "default")]
    [InlineData("default", "big", "small", "big")]
    [InlineData("small", "big", "small", "small")]
    [InlineData("huge", "big", "small", null)]
    [InlineData("default", null, null, null)]
    public void A_model_is_found_by_its_name_and_the_first_is_the_default_where_none_is_called_so(string name, string? first, string? second, string? found) =>
        Assert.Equal(found, new Named([.. new[] { first, second }.OfType<string>()]).Find(name)?.Name);

    private sealed class Named(string[] names) : IModelClient
    {
        public ImmutableArray<ModelInfo> Models { get; } = [.. names.Select(n => new ModelInfo(n, IsScripted: false, IsInside: false, 0, 0))];

        public Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken) => throw new InvalidOperationException("Nobody is asked here.");
    }
}
