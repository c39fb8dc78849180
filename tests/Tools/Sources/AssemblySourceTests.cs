using System.Collections.Immutable;
using AiManager.Host;

namespace AiManager.Tools.Tests;

/// <summary>Native tools of a dll: trusted code, and calls like any others.</summary>
public sealed class AssemblySourceTests
{
    private static readonly string Dll = Path.Combine(AppContext.BaseDirectory, "Fixtures", "SampleTools", "AiManager.SampleTools.dll");

    [Fact]
    public async Task Functions_are_listed_with_what_the_company_says_of_them()
    {
        await using var source = Bind($"path: \"{Dll}\"").Source!;
        var listed = await source.ListAsync(CancellationToken.None);
        Assert.Equal(["add", "break", "leak", "move", "refuse", "unsaid", "wait"], listed.Select(l => l.RemoteName));
        var add = listed[0];
        Assert.Equal(("Adds two amounts.", EffectClass.Compute, true), (add.Description, add.Claims.Effect, add.Claims.ReadOnly));
        Assert.Null(listed.Single(l => l.RemoteName == "unsaid").Claims.Effect);
        Assert.True(JsonSchema.TryLoad(add.InputSchema, out var schema, out _));
        Assert.Empty(schema.Validate(JsonText.Parse("""{"left":1.5}""")));
        Assert.NotEmpty(schema.Validate(JsonText.Parse("""{"left":"one"}""")));
        Assert.False(source.IsOutside);
    }

    [Fact]
    public async Task A_function_is_called_through_the_gate_and_its_result_is_json()
    {
        using var shop = await OpenAsync(new SecretWords());
        Assert.Equal("""{"amount":42.5,"currency":"EUR"}""", (await CallAsync(shop, "add", """{"left":41.5}""")).Result.Text);
        Assert.Equal(CallOutcome.Succeeded, (await CallAsync(shop, "move", """{"shelf":"A"}""")).Outcome);
    }

    [Fact]
    public async Task What_a_write_throws_half_way_is_a_doubt_and_what_it_refuses_is_none()
    {
        using var shop = await OpenAsync(new SecretWords());
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Call("test.break", "{}")));
        Assert.Equal("The belt stopped half way.", Assert.Single(shop.Log.State.Calls.Values, c => c.Status == CallStatus.Unknown).Settled!.Result.ToElement().GetProperty("error").GetString());
        var refused = await CallAsync(shop, "refuse", """{"shelf":"Q"}""");
        Assert.Equal((CallOutcome.Failed, true), (refused.Outcome, refused.Result.Text.Contains("There is no shelf Q.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_function_that_waits_is_cancelled_at_its_timeout()
    {
        using var shop = await OpenAsync(new SecretWords());
        var call = CallAsync(shop, "wait", "{}");
        while (!call.IsCompleted)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(31));
            await Task.Yield();
        }

        Assert.Equal(CallOutcome.Failed, (await call).Outcome);
    }

    [Fact]
    public async Task Even_trusted_code_does_not_bring_a_secret_into_the_journal()
    {
        Environment.SetEnvironmentVariable("STOCKROOM_KEY", "stockroom-key-123");
        var words = new SecretWords();
        words.Add("stockroom-key-123");
        using var shop = await OpenAsync(words);
        Assert.Equal("\"[secret]\"", (await CallAsync(shop, "leak", "{}")).Result.Text);
    }

    [Theory]
    [InlineData("path: missing.dll", "There is no file missing.dll where 'path' says.")]
    [InlineData("path: broken.dll", "broken.dll cannot be loaded: BadImageFormatException.")]
    [InlineData("path: AiManager.Domain.dll", "AiManager.Domain.dll has no public static 'Tools' that gives functions.")]
    public async Task A_file_that_gives_no_tools_says_so_and_stops_nothing_else(string settings, string error)
    {
        await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "broken.dll"), "MZ, or not");
        await using var source = Bind(settings).Source!;
        Assert.Equal(error, (await Assert.ThrowsAsync<SourceFaultException>(() => source.ListAsync(CancellationToken.None))).Message);
        Assert.Equal((SourceCondition.Down, error), (source.State.Condition, source.State.LastError));
    }

    [Theory]
    [InlineData("at once")]
    [InlineData("under way")]
    [InlineData("when asked")]
    public async Task Code_that_throws_while_it_tells_its_tools_is_a_source_that_is_down(string when)
    {
        Environment.SetEnvironmentVariable("STOCKROOM_BROKEN", when);
        try
        {
            await using var source = Bind($"path: \"{Dll}\"").Source!;
            var error = (await Assert.ThrowsAsync<SourceFaultException>(() => source.ListAsync(CancellationToken.None))).Message;
            Assert.Equal("AiManager.SampleTools.dll cannot be loaded: its own code threw while it told its tools.", error);
            Assert.Equal((SourceCondition.Down, error), (source.State.Condition, source.State.LastError));
        }
        finally
        {
            Environment.SetEnvironmentVariable("STOCKROOM_BROKEN", null);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_a_source_that_is_down_also_where_its_digest_is_named()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "locked.dll");
        await using var held = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await using var source = Bind($"path: locked.dll\nsha256: {new string('0', 64)}").Source!;
        Assert.Equal("locked.dll cannot be loaded: IOException.", (await Assert.ThrowsAsync<SourceFaultException>(() => source.ListAsync(CancellationToken.None))).Message);
        Assert.Equal(SourceCondition.Down, source.State.Condition);
    }

    [Fact]
    public async Task What_runs_is_what_was_read_and_digested_though_the_file_is_replaced_meanwhile()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "replaced.dll");
        await File.WriteAllTextAsync(path, "MZ, or not");
        Assert.Contains(new ToolAssembly(path, await File.ReadAllBytesAsync(Dll)).Read(), f => f.Name == "add");
    }

    [Fact]
    public void A_file_that_is_not_the_one_meant_is_refused_when_the_company_is_loaded()
    {
        Assert.NotNull(Bind($"path: \"{Dll}\"\nsha256: {AssemblyKind.TryDigestOf(Dll)}").Source);
        var (source, reader) = Bind($"path: \"{Dll}\"\nsha256: {new string('0', 64)}");
        Assert.Null(source);
        Assert.StartsWith("The file is not the one that is meant", Assert.Single(reader.Faults).Message, StringComparison.Ordinal);
    }

    private static (IToolSource? Source, ConfigReader Reader) Bind(string settings)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var map = YamlText.Read("tools.yaml", $"name: test\nkind: assembly\n{settings}\n", 1, faults)!;
        Assert.Empty(faults);
        var (bundle, reader) = (Shop.Bundle("sources: []", "version: 1\nrules: []"), new ConfigReader());
        return (new AssemblyKind().Bind(map, new SourceBinding("test", AppContext.BaseDirectory, bundle, reader, (text, _) => new FilledText(text, []), TimeProvider.System)), reader);
    }

    private static async Task<Shop> OpenAsync(SecretWords words)
    {
        var source = Bind($"path: \"{Dll}\"").Source!;
        var tools = (await source.ListAsync(CancellationToken.None)).Select(l =>
        {
            Assert.True(JsonSchema.TryLoad(l.InputSchema, out var schema, out _));
            var effect = l.Claims.Effect ?? EffectClass.Observe;
            var info = new ToolInfo("test." + l.RemoteName, l.Description, effect, l.InputSchema, l.Digest, TimeSpan.FromSeconds(30)) { IsReadOnly = effect is EffectClass.Observe or EffectClass.Compute };
            return new Tool(info, schema, source.Make(l, info)) { ArgsType = new WhenType.Dynamic() };
        });
        return await Shop.OpenAsync(words, [.. tools]);
    }

    private static async Task<CallResult.Settled> CallAsync(Shop shop, string tool, string args) =>
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("test." + tool, args)));
}
