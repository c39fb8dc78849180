using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using AiManager.Host;

namespace AiManager.Tools.Tests;

/// <summary>A shop whose agent also calls a service through its OpenAPI document, over the real gate.</summary>
internal sealed class ApiShop : IAsyncDisposable
{
    private readonly ImmutableArray<ListedTool> _listed;

    private ApiShop(Shop shop, OpenApiSource source, ImmutableArray<ListedTool> listed) => (Shop, Source, _listed) = (shop, source, listed);

    public Shop Shop { get; }

    public OpenApiSource Source { get; }

    public Catalog Catalog => Shop.Catalog;

    /// <param name="settings">Lines of the source beside name, kind, document and baseUrl.</param>
    /// <param name="paths">The document's paths, in JSON.</param>
    /// <param name="baseUrl">Where it is.</param>
    /// <param name="effect">What a person said of all of its operations.</param>
    /// <param name="environment">What <c>${NAME}</c> is.</param>
    /// <param name="resolver">Who finds addresses; null for the machine.</param>
    public static async Task<ApiShop> OpenAsync(
        string paths, string baseUrl, string settings = "allowPrivate: true", EffectClass effect = EffectClass.Observe, Dictionary<string, string>? environment = null, HostResolver? resolver = null,
        Func<Tool, Tool>? adjust = null, TimeProvider? time = null, TimeSpan? connectTimeout = null)
    {
        var (source, reader, words) = Bind(paths, baseUrl, settings, environment, resolver, time, connectTimeout);
        Assert.Empty(reader.Faults);
        var listed = await source!.ListAsync(CancellationToken.None);
        var tools = listed.Where(l => l.Problem is null).Select(l => Of(source, l, effect, adjust ?? (t => t))).ToArray();
        var shop = await Shop.OpenAsync(words, tools);
        return new ApiShop(shop, source, listed);
    }

    public static (OpenApiSource? Source, ConfigReader Reader, SecretWords Words) Bind(
        string paths, string baseUrl, string settings, Dictionary<string, string>? environment = null, HostResolver? resolver = null, TimeProvider? time = null, TimeSpan? connectTimeout = null)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var map = YamlText.Read("tools.yaml", $"name: test\nkind: openapi\ndocument: it.openapi.json\nbaseUrl: \"{baseUrl}\"\n{settings}\n", 1, faults)!;
        Assert.Empty(faults);
        var document = "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"It\",\"version\":\"1\"}," + paths + "}";
        var bundle = new CompanyBundle(
            "hash", ImmutableSortedDictionary<string, ConfigNode.Map>.Empty, ImmutableSortedDictionary<string, ConfigPage>.Empty, ImmutableSortedDictionary<string, string>.Empty.Add("it.openapi.json", document));
        var (reader, words) = (new ConfigReader(), new SecretWords());
        FilledText? Fill(string text, ConfigNode node)
        {
            var secrets = ImmutableArray.CreateBuilder<string>();
            foreach (var (name, value) in environment ?? [])
            {
                if (text.Contains("${" + name + "}", StringComparison.Ordinal))
                {
                    text = text.Replace("${" + name + "}", value, StringComparison.Ordinal);
                    secrets.Add(value);
                    words.Add(value);
                }
            }

            return new FilledText(text, secrets.ToImmutable());
        }

        var source = new OpenApiKind(words, resolver, connectTimeout).Bind(map, new SourceBinding("test", ".", bundle, reader, Fill, time ?? TimeProvider.System));
        return ((OpenApiSource?)source, reader, words);
    }

    public static HostResolver Resolves(params string[] addresses) => (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray());

    /// <summary>Calls an operation through the gate; what came of it.</summary>
    public async Task<(CallOutcome Outcome, JsonElement Result)> CallAsync(string operation, string args)
    {
        var result = await StartAsync(operation, args);
        var settled = Assert.IsType<CallResult.Settled>(result);
        return (settled.Outcome, settled.Result.ToElement());
    }

    public Task<CallResult> StartAsync(string operation, string args) => Shop.CallAsync(Shop.Call("test." + operation, args));

    /// <summary>The error of a call that failed.</summary>
    public async Task<string> FailAsync(string operation, string args)
    {
        var (outcome, result) = await CallAsync(operation, args);
        Assert.Equal(CallOutcome.Failed, outcome);
        return result.GetProperty("error").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Shop.Dispose();
        await Source.DisposeAsync();
    }

    private static Tool Of(OpenApiSource source, ListedTool listed, EffectClass effect, Func<Tool, Tool> adjust)
    {
        Assert.True(JsonSchema.TryLoad(listed.InputSchema, out var schema, out _));
        var info = new ToolInfo("test." + listed.RemoteName, listed.Description, effect, listed.InputSchema, listed.Digest, TimeSpan.FromSeconds(30)) { IsReadOnly = effect == EffectClass.Observe };
        return adjust(new Tool(info, schema, source.Make(listed, info)) { ArgsType = new WhenType.Dynamic() });
    }
}
