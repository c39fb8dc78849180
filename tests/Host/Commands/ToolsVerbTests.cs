using System.CommandLine;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary><c>tools list</c>, <c>tools check</c> and <c>tools classify</c>, as a person at a terminal and a script have them.</summary>
public sealed class ToolsVerbTests : IDisposable
{
    private const string People = "people:\n  - { id: jana, name: Jana, roles: [operator, platform-operator] }\n  - { id: petra, name: Petra, roles: [lead] }\n";
    private const string Source = "sources:\n  - name: files\n    kind: mcp\n    command: [node, ./server.cjs]\n";
    private const string Service = """
        sources:
          - { name: crm, kind: openapi, document: crm.openapi.json, baseUrl: "https://crm.example.com" }
        """;

    private readonly TempFolder _company = SmallCompany.Make(("people.yaml", People), ("tools.yaml", Source), ("company.yaml", SmallCompany.Settings + "allowLocalStandIn: true\n"));
    private readonly TempFolder _data = new();

    public void Dispose()
    {
        _company.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_tool_is_shown_with_its_version_classified_for_that_version_by_somebody_who_may_and_listed_as_what_it_is()
    {
        Serve("{}");
        var (code, output, _) = await RunAsync("check");
        Assert.Equal(Exit.Completed, code);
        Assert.Contains("files: answers", output, StringComparison.Ordinal);
        Assert.Contains("files.read: unclassified – Nobody has said what it does.", output, StringComparison.Ordinal);
        Assert.Contains("(It claims to be read-only.)", output, StringComparison.Ordinal);
        Assert.EndsWith(" 1 unclassified.\n", output, StringComparison.Ordinal);
        var digest = Regex.Match(output, "tools classify files\\.read --effect CLASS --digest ([0-9a-f]{64})").Groups[1].Value;
        Assert.Equal(64, digest.Length);

        (code, output, _) = await RunAsync("list");
        Assert.Equal(Exit.Completed, code);
        Assert.Contains("files: has not been asked for its tools yet.", output, StringComparison.Ordinal);

        await RefusedAsync("^Only somebody with one of the roles", "files.read", "--effect", "observe", "--digest", digest, "--as", "petra");
        await RefusedAsync($"^The tool is {digest} now", "files.read", "--effect", "observe", "--digest", new string('0', 64));
        await RefusedAsync("^There is no tool 'files\\.gone'", "files.gone", "--effect", "observe", "--digest", digest);
        await RefusedAsync("'harmless'", "files.read", "--effect", "harmless", "--digest", digest);
        await RefusedAsync("--digest", "files.read", "--effect", "observe");
        await RefusedAsync("over HTTP with a key of your own", "files.read", "--effect", "observe", "--digest", digest, "--store", "Host=nowhere.invalid;Database=x");
        Assert.Contains(" 1 unclassified.", (await RunAsync("check")).Output, StringComparison.Ordinal);

        (code, output, var errors) = await RunAsync("classify", "files.read", "--effect", "observe", "--digest", digest, "--open-world", "false");
        Assert.Equal((Exit.Completed, "Classified: authority decides on its calls from now on.\n", string.Empty), (code, output, errors));
        Assert.Matches("files\\.read +observe +read-only +Reads\\.", (await RunAsync("list")).Output);
        Assert.EndsWith(" none unclassified.\n", (await RunAsync("check")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_does_not_answer_a_tool_that_cannot_be_used_and_one_that_is_not_there_each_fail_the_check()
    {
        Serve("{}");
        _company.Write("tools.yaml", Source.Replace("server.cjs", "no-such-file.cjs", StringComparison.Ordinal));
        var (code, output, _) = await RunAsync("check");
        Assert.Equal(Exit.Unexpected, code);
        Assert.Contains("files: cannot be reached – ", output, StringComparison.Ordinal);

        _company.Write("tools.yaml", Source + "    tools: [{ name: gone, effect: observe }]\n");
        (code, output, _) = await RunAsync("check");
        Assert.Equal(Exit.Unexpected, code);
        Assert.Contains("files.gone: missing – The source 'files' does not have it, or not any more.", output, StringComparison.Ordinal);

        Serve("{ oneOf: [{ required: ['a'] }] }");
        _company.Write("tools.yaml", Source);
        (code, output, _) = await RunAsync("check");
        Assert.Equal(Exit.Unexpected, code);
        Assert.Contains("files.read: unusable – Its input schema cannot be used:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_known_by_its_document_and_the_check_reaches_for_nobody()
    {
        _company.Write("tools.yaml", Service);
        _company.Write("crm.openapi.json", """{"openapi":"3.1.0","info":{"title":"CRM","version":"1"},"paths":{"/a":{"get":{"operationId":"a"}}}}""");
        var (code, output, _) = await RunAsync("check");
        Assert.Equal(Exit.Completed, code);
        Assert.Contains("crm: is known by its document; it is asked when something is called", output, StringComparison.Ordinal);
        Assert.Contains("crm.a: unclassified", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_that_the_database_would_not_run_fails_the_check_and_is_named_with_its_place()
    {
        _company.Write("world.sql", "create table things (id integer primary key, name text);\ncreate table aimanager_effects (key text primary key, result text, at text);\n");
        const string Sound = "sources:\n  - name: erp\n    kind: sql\n    connection: \"Data Source=${world}\"\n    tools:\n      - { name: all, effect: observe, sql: select name from things }\n      - { name: add, effect: write-reversible, parameters: { name: string }, sql: \"insert into things (name) values (:name); select id from things where name = :name\" }\n";
        _company.Write("tools.yaml", Sound);
        Assert.Equal(Exit.Completed, (await RunAsync("check")).Code);

        _company.Write("tools.yaml", Sound.Replace("select id", "selec id", StringComparison.Ordinal));
        var (code, output, _) = await RunAsync("check");

        Assert.Equal(Exit.Unexpected, code);
        Assert.Matches("erp: answers, stores keys – tools\\.yaml:7:[0-9]+: The database of 'erp' refused the statement: .*selec", output);
    }

    [Fact]
    public async Task Files_that_say_something_wrong_are_named_with_their_place_and_are_a_matter_of_usage()
    {
        _company.Write("tools.yaml", Source + "    sampling: allow\n");
        var (code, _, errors) = await RunAsync("check");
        Assert.Equal(Exit.Usage, code);
        Assert.Contains("tools.yaml:5:", errors, StringComparison.Ordinal);
    }

    /// <summary>A server with one tool.</summary>
    private void Serve(string more) => _company.Write("server.cjs", $$"""
        const tools = [{ name: 'read', description: 'Reads.', inputSchema: { type: 'object', properties: {}, ...{{more}} }, annotations: { readOnlyHint: true } }];
        require('readline').createInterface({ input: process.stdin }).on('line', line => {
          const { id, method, params } = JSON.parse(line);
          if (id === undefined) return;
          const results = { initialize: () => ({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }), 'tools/list': () => ({ tools }) };
          console.log(JSON.stringify(results[method] ? { jsonrpc: '2.0', id, result: results[method]() } : { jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
        }).on('close', () => process.exit(0));
        """);

    private async Task RefusedAsync(string why, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(["classify", .. arguments]);
        Assert.Equal((Exit.Usage, string.Empty), (code, output));
        Assert.Matches(why, errors);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var errors = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, errors, null, null);
        var root = new RootCommand { ToolsCommand.Make(terminal), SharedOptions.CompanyOption, SharedOptions.Data, SharedOptions.Store };
        var code = await Verb.RunAsync(root, ["tools", .. arguments, "--company", _company.Path, "--data", _data.Path], terminal);
        return (code, output.ToString(), errors.ToString());
    }
}
