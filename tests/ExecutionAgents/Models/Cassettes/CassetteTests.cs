using Microsoft.Extensions.AI;

namespace AiManager.ExecutionAgents.Tests;

public sealed class CassetteTests : IDisposable
{
    private const string Secret = "k-very-secret-0001";
    private const string FirstRun = """{"goal":"Raise es_01k8zq0m5vf4s8r2c7d9e1g3hj","task":{"key":"raise","due":"2026-11-20"},"at":"2026-11-19T08:00:00Z"}""";
    private const string SecondRun = """{"at":"2027-01-02T09:30:00Z","goal":"Raise es_01k9aaaaaaf4s8r2c7d9e1g3hj","task":{"due":"2027-01-03","key":"raise"}}""";
    private const string Copies = """{ json: { escalation: "$said.id", due: $task.due } }""";

    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-").FullName;

    [Fact]
    public async Task The_same_request_of_another_run_gets_the_reply_with_its_own_ids_and_days_in_it()
    {
        var said = JsonText.Parse((await AskAsync(Scripted(Copies), FirstRun)).Text!).ToElement();
        Assert.Equal("es_01k8zq0m5vf4s8r2c7d9e1g3hj", said.GetProperty("escalation").GetString());

        var played = await AskAsync(Playing(), SecondRun);
        Assert.Equal("""{"escalation":"es_01k9aaaaaaf4s8r2c7d9e1g3hj","due":"2027-01-03"}""", played.Text);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Ids_that_stand_for_different_things_stay_different()
    {
        await AskAsync(Scripted("""{ text: Same. }"""), """{"goal":"a","first":"es_01k8zq0m5vf4s8r2c7d9e1g3hj","second":"es_01k8zq0m5vf4s8r2c7d9e1g3hj"}""");
        var other = await AskAsync(Playing(), """{"goal":"a","first":"es_01k8zq0m5vf4s8r2c7d9e1g3hj","second":"es_01k9aaaaaaf4s8r2c7d9e1g3hj"}""");
        Assert.Equal(ModelOutcome.Unavailable, other.Outcome);
    }

    [Fact]
    public async Task A_miss_names_the_nearest_recorded_request_and_where_they_part()
    {
        await AskAsync(Scripted("""{ text: Yes. }"""), """{"goal":"Restock the shelves"}""");
        var key = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(_folder)));
        var missed = await AskAsync(Playing(), """{"goal":"Restock the cellar"}""");
        Assert.Equal(ModelOutcome.Unavailable, missed.Outcome);
        Assert.StartsWith("There is no recorded reply to this question (role 'manager', step 'act'", missed.Error, StringComparison.Ordinal);
        Assert.Contains($"The nearest is {key}", missed.Error, StringComparison.Ordinal);
        Assert.Contains("cellar", missed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_come_back_as_they_were_proposed()
    {
        var recorded = await AskAsync(Scripted("""{ calls: [ { tool: erp.stock_of, args: { sku: A-1 } } ] }"""), """{"goal":"a"}""");
        var played = await AskAsync(Playing(), """{"goal":"a"}""");
        Assert.Equal(recorded.Calls.AsEnumerable(), played.Calls.AsEnumerable());
        Assert.Equal(recorded.Usage, played.Usage);
    }

    [Fact]
    public async Task What_was_no_reply_is_no_reply_again()
    {
        await AskAsync(ScriptedModelClient.Of(ScriptedModel.Silent, new CassetteOptions(_folder, IsReplay: false, text => text)), """{"goal":"a"}""");
        Assert.Equal(ModelOutcome.NoScript, (await AskAsync(Playing(), """{"goal":"a"}""")).Outcome);
    }

    [Fact]
    public async Task The_same_request_again_gets_the_next_reply_and_in_the_end_the_last()
    {
        await AskAsync(Scripted("""{ text: First. }"""), """{"goal":"a"}""");
        await AskAsync(Scripted("""{ text: Second. }"""), """{"goal":"a"}""");
        var playing = Playing();
        Assert.Equal("First.", (await AskAsync(playing, """{"goal":"a"}""")).Text);
        Assert.Equal("Second.", (await AskAsync(playing, """{"goal":"a"}""")).Text);
        Assert.Equal("Second.", (await AskAsync(playing, """{"goal":"a"}""")).Text);
    }

    [Fact]
    public async Task No_secret_is_recorded_neither_of_the_question_nor_of_the_reply()
    {
        await AskAsync(Scripted("""{ text: "I saw k-very-secret-0001." }"""), $$"""{"goal":"use {{Secret}}"}""");
        var kept = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder)));
        Assert.DoesNotContain(Secret, kept, StringComparison.Ordinal);
        Assert.Contains("[secret]", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_is_recorded_of_data_within_a_message_where_it_is_escaped_twice()
    {
        const string Quoted = "k\"secret";
        await AskAsync(Scripted("""{ text: "No." }""", text => text.Replace(Quoted, "[secret]", StringComparison.Ordinal).Replace("k\\\"secret", "[secret]", StringComparison.Ordinal)), """{"goal":"use k\"secret"}""");
        Assert.DoesNotMatch("""k[\\"u0-9]+secret""", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder))));
    }

    [Fact]
    public async Task A_recording_that_cannot_be_read_is_named()
    {
        await AskAsync(Scripted("""{ text: Yes. }"""), """{"goal":"a"}""");
        var file = Assert.Single(Directory.GetFiles(_folder));
        await File.WriteAllTextAsync(file, "{");
        Assert.Contains($"The recording {Path.GetFileName(file)} cannot be read", (await AskAsync(Playing(), """{"goal":"a"}""")).Error, StringComparison.Ordinal);
    }

    /// <summary>The journal seals people's words; a recording of them is at least nobody else's to read.</summary>
    [Fact]
    public async Task A_recording_is_its_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Path.Combine(_folder, "suite", "case");
        await AskAsync(Scripted("""{ text: Yes. }""", into: folder), """{"goal":"a"}""");
        await AskAsync(Scripted("""{ text: No. }""", into: folder), """{"goal":"a"}""");
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(folder)!));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(folder))));
    }

    [Fact]
    public void Words_of_a_fault_or_a_refusal_come_back_with_the_ids_of_the_run_that_hears_them()
    {
        const string Recorded = "es_01k8zq0m5vf4s8r2c7d9e1g3hj";
        var asked = new List<ChatMessage> { new(ChatRole.User, $"Raise {Recorded}.") };
        var again = new List<ChatMessage> { new(ChatRole.User, "Raise es_01k9aaaaaaf4s8r2c7d9e1g3hj.") };
        var request = CassetteRequest.Of(asked, null, text => text);
        var kept = CassetteReply.Of(new AnsweredException(409, $"{Recorded} is raised.", retryAfter: null), request, text => text);
        Assert.DoesNotContain(Recorded, kept.Problem, StringComparison.Ordinal);
        var heard = Assert.Throws<AnsweredException>(() => kept.Play(CassetteRequest.Of(again, null, text => text)));
        Assert.Equal("es_01k9aaaaaaf4s8r2c7d9e1g3hj is raised.", heard.Body);

        var declined = CassetteReply.Of(new ChatResponse(new ChatMessage(ChatRole.Assistant, [new ErrorContent($"Not {Recorded}.")])), request, text => text);
        Assert.DoesNotContain(Recorded, declined.Refusal, StringComparison.Ordinal);
        var played = declined.Play(CassetteRequest.Of(again, null, text => text));
        Assert.Equal("Not es_01k9aaaaaaf4s8r2c7d9e1g3hj.", Assert.Single(played.Messages[0].Contents.OfType<ErrorContent>()).Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ChatModelClient Scripted(string reply, Func<string, string>? clean = null, string? into = null) => ScriptedModelClient.Of(
        Scripts.Model($"rules: [ {{ name: only, when: {{ says: \"goal.*?(?<id>es_[0-9a-z]+)|goal\" }}, reply: {reply} }} ]"),
        new CassetteOptions(into ?? _folder, IsReplay: false, clean ?? (text => text.Replace(Secret, "[secret]", StringComparison.Ordinal))));

    private ChatModelClient Playing() => ScriptedModelClient.Of(ScriptedModel.Silent, new CassetteOptions(_folder, IsReplay: true, text => text));

    private static Task<ModelAnswer> AskAsync(ChatModelClient client, string context) => client.AskAsync(
        new ModelQuestion(default, null, "act", "manager", "default", Scripts.Ask(context), [new ToolDescription("erp.stock_of", "Stock.", JsonText.Parse("""{"type":"object"}"""))], JsonText.Null), CancellationToken.None);
}
