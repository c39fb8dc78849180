using System.CommandLine;
using System.Text.Json;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.Host.Tests;

/// <summary><c>memory</c>, as a person at a terminal and a script have it.</summary>
public sealed class MemoryVerbTests : IDisposable
{
    private readonly TempFolder _company = SmallCompany.Make(("people.yaml", "people:\n  - { id: jana, name: Jana, roles: [operator] }\n  - { id: petra, name: Petra, roles: [lead] }\n"));
    private readonly TempFolder _data = new();

    public void Dispose()
    {
        _company.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task What_was_asked_for_is_found_counted_and_related_and_a_person_is_forgotten_for_good()
    {
        await SubmitAsync(("Find out where order PO-4464 is.", "jana"), ("Count the pallets in hall two.", "petra"));
        var (code, output, errors) = await RunAsync("search", "where are the palets", "--most", "1");
        Assert.Equal((Exit.Completed, string.Empty), (code, errors));
        Assert.Matches("^[0-9-]{10}  workflow  wf_[0-9a-z]{26}  Count the pallets in hall two\\.\n$", output);
        using (var json = JsonDocument.Parse((await RunAsync("search", "pallets", "--kind", "workflow", "--json")).Output))
        {
            Assert.Equal("Count the pallets in hall two.", json.RootElement[0].GetProperty("title").GetString());
        }

        Assert.Matches("^join   wf_[0-9a-z]{26}  Find out where order PO-4464 is\\.  \\(po-4464\\)\n$", (await RunAsync("related", "Cancel PO-4464.")).Output);
        Assert.StartsWith("workflow  2\nThe journal has been read up to position 2. Vectors are of hashed-1/512; 0 entries have none yet.\n", (await RunAsync("stats")).Output, StringComparison.Ordinal);
        Assert.Contains("0 entries have been embedded anew;", (await RunAsync("reembed")).Output, StringComparison.Ordinal);

        Assert.Equal((Exit.Completed, "The key of jana is destroyed; 1 memories are gone.\n"), await ShortAsync("forget", "jana", "--as", "petra"));
        Assert.Equal((Exit.Completed, "2 workflows have been read.\n"), await ShortAsync("rebuild"));
        Assert.Equal((Exit.Completed, string.Empty), await ShortAsync("related", "Cancel PO-4464."));
        Assert.Single((await RunAsync("search", "order pallets")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("Say what to look for, in 1 to ", "search", "")]
    [InlineData("Say what to look for, in 1 to ", "search", " \t ")]
    [InlineData("Say what to look for, in 1 to ", "related", "")]
    [InlineData("'--most' is a whole number from 1 to 100.", "search", "pallets", "--most", "0")]
    [InlineData("'--most' is a whole number from 1 to 100.", "search", "pallets", "--most", "101")]
    [InlineData("Cannot parse argument 'many'", "search", "pallets", "--most", "many")]
    [InlineData("'person' is no kind; there are: workflow, task, decision.", "search", "pallets", "--kind", "person")]
    [InlineData("Required argument missing", "search")]
    [InlineData("Unrecognized command or argument 'now'", "stats", "now")]
    [InlineData("Unrecognized command or argument '--all'", "reembed", "--all")]
    [InlineData("'' is no person's id in people.yaml.", "forget", "", "--as", "petra")]
    [InlineData("'jana, petra' is no person's id in people.yaml.", "forget", "jana, petra", "--as", "petra")]
    [InlineData("'' is no person's id in people.yaml.", "forget", "jana", "--as", "")]
    [InlineData("Option '--as' is required.", "forget", "jana")]
    public async Task Rubbish_is_said_to_be_wrong_and_nothing_is_done(string why, params string[] arguments)
    {
        await SubmitAsync(("Count the pallets in hall two.", "jana"));
        var (code, output, errors) = await RunAsync(arguments);
        Assert.Equal(Exit.Usage, code);
        Assert.Contains(why, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("destroyed", output, StringComparison.Ordinal);
        Assert.Single((await RunAsync("search", "pallets")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("\" OR 1=1 --")]
    [InlineData("half \ud83d of it \u0000")]
    [InlineData("\u0301\u0301 ' ; drop table memories")]
    public async Task Whatever_is_looked_for_is_words_and_no_statement(string query)
    {
        await SubmitAsync(("Count the pallets in hall two.", "jana"));
        Assert.Equal(Exit.Completed, (await RunAsync("search", query)).Code);
        Assert.NotEmpty((await RunAsync("search", "pallets")).Output);
    }

    [Fact]
    public async Task Where_there_is_no_journal_yet_that_is_said()
    {
        foreach (var arguments in (string[][])[["search", "pallets"], ["stats"], ["reembed"], ["rebuild"], ["forget", "jana", "--as", "petra"]])
        {
            var (code, _, errors) = await RunAsync(arguments);
            Assert.Equal(Exit.Usage, code);
            Assert.Contains("There is no journal in the data folder", errors, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_data.Path));
    }

    private async Task SubmitAsync(params (string Goal, string Person)[] goals)
    {
        await using var store = SqliteStore.Open(_data.Path, new SqliteStoreOptions());
        await using var services = new ServiceCollection().AddLogging().AddDeployment(LoadedCompany.Load(_company.Path, _data.Path, _ => null), store, NoCrashPoints.Instance).BuildServiceProvider();
        foreach (var (goal, person) in goals)
        {
            Assert.IsType<SubmitResult.Created>(await services.GetRequiredService<WorkflowDesk>().SubmitAsync(new SubmitRequest(goal, person, "bundle"), CancellationToken.None));
        }
    }

    private async Task<(int Code, string Output)> ShortAsync(params string[] arguments)
    {
        var (code, output, _) = await RunAsync(arguments);
        return (code, output);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var errors = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, errors, null, null);
        var root = new RootCommand { MemoryCommand.Make(terminal), SharedOptions.CompanyOption, SharedOptions.Data, SharedOptions.Store };
        var code = await Verb.RunAsync(root, ["memory", .. arguments, "--company", _company.Path, "--data", _data.Path], terminal);
        return (code, output.ToString(), errors.ToString());
    }
}
