using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Host.Tests;

/// <summary>
/// What an editor underlines and what the program refuses are the same. Neither side is written down here: each map of a company that says everything is given a
/// key that nobody knows, and the refusal lists what the loader knows; that list is held against the schema's, and every closed object of a schema must have come by.
/// </summary>
public sealed class SchemaAgreementTests
{
    private const string Probe = "zzz-nobody-knows-this";
    private const string KnownHere = "Known here: ";

    public static TheoryData<string> Schemas => [.. Directory.EnumerateFiles(SchemaFolder, "*.schema.json").Select(f => Path.GetFileName(f).Split('.')[0]).Order()];

    private static string SchemaFolder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "AiManager.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("No AiManager.sln above the tests.");
            }

            return Path.Combine(folder.FullName, "schemas");
        }
    }

    [Theory, MemberData(nameof(Schemas))]
    public void Every_key_that_a_loader_knows_is_in_its_schema_and_the_reverse(string name)
    {
        using var folder = EverythingSaid.Make();
        var bundle = CompanyFolder.Read(folder.Path);
        Assert.NotNull(LoadedCompany.Bind(bundle, folder.Path, folder["data"], WorldUse.NamedOrOwn, Environment));
        var page = bundle.Pages.Keys.SingleOrDefault(p => p.StartsWith(name + "s/", StringComparison.Ordinal));
        var file = page ?? bundle.Documents.Keys.Single(d => d == name + ".yaml" || d.StartsWith(name + "/", StringComparison.Ordinal));
        var document = page is null ? bundle.Documents[file] : bundle.Pages[file].FrontMatter;
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(SchemaFolder, name + ".schema.json")));
        var walk = new Walk(schema.RootElement, probed => Faults(page is null
            ? bundle with { Documents = bundle.Documents.SetItem(file, probed) }
            : bundle with { Pages = bundle.Pages.SetItem(file, bundle.Pages[file] with { FrontMatter = probed }) }), document);

        walk.Compare(document, [schema.RootElement], name);

        Assert.Empty(walk.Differences);
        Assert.Empty(walk.NeverSeen());

        ImmutableArray<ConfigFault> Faults(CompanyBundle probed)
        {
            try
            {
                LoadedCompany.Bind(probed, folder.Path, folder["data"], WorldUse.NamedOrOwn, Environment);
                return [];
            }
            catch (ConfigException refused)
            {
                return refused.Faults;
            }
        }
    }

    private static string? Environment(string name) => name == "HOOK" ? "open sesame" : name == "WEBHOOK" ? ApiUnderTest.WebhookSecret : name == "MAIL" ? ApiUnderTest.LinkSecret : null;

    /// <summary>One document beside its schema.</summary>
    private sealed class Walk(JsonElement schema, Func<ConfigNode.Map, ImmutableArray<ConfigFault>> load, ConfigNode.Map document)
    {
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
        private readonly HashSet<string> _later = new(StringComparer.Ordinal);

        public List<string> Differences { get; } = [];

        public void Compare(ConfigNode node, IReadOnlyList<JsonElement> schemas, string at)
        {
            var choices = schemas.SelectMany(Choices).ToList();
            if (node is ConfigNode.List list)
            {
                var items = choices.Where(c => c.TryGetProperty("items", out _)).Select(c => c.GetProperty("items")).ToList();
                foreach (var (item, i) in list.Items.Select((item, i) => (item, i)))
                {
                    Compare(item, items, $"{at}[{i}]");
                }
            }
            else if (node is ConfigNode.Map map && Fitting(map, choices) is { } fitting)
            {
                CompareKeys(map, fitting, at);
                foreach (var entry in map.Entries)
                {
                    Compare(entry.Value, Below(fitting, entry.Key), $"{at}.{entry.Key}");
                }
            }
        }

        /// <summary>Closed objects of the schema that the company has no map for; those of keys that are not built yet cannot have one.</summary>
        public IEnumerable<string> NeverSeen() => Closed(schema).Distinct().Where(c => !_seen.Contains(c)).Select(c => "No map of the company that says everything has the keys " + c);

        private void CompareKeys(ConfigNode.Map map, JsonElement fitting, string at)
        {
            if (KnownIn(map) is not { } known || !IsClosed(fitting))
            {
                if (KnownIn(map) is not null || IsClosed(fitting))
                {
                    Differences.Add($"{at}: {(IsClosed(fitting) ? "the schema" : "the loader")} refuses an unknown key, and the other does not");
                }

                return;
            }

            _seen.Add(Keys(fitting));
            var inSchema = fitting.GetProperty("properties").EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
            Differences.AddRange(known.Where(k => !inSchema.Contains(k)).Select(k => $"{at}: the loader knows '{k}', and the schema does not"));
            foreach (var key in inSchema.Where(k => !known.Contains(k)))
            {
                if (Fault(map, key) is { } fault && fault.Message.Contains("not built yet", StringComparison.Ordinal))
                {
                    _later.Add(key);
                }
                else
                {
                    Differences.Add($"{at}: the schema knows '{key}', and the loader does not");
                }
            }
        }

        /// <summary>What the loader says that it knows in a map; null when it takes any key.</summary>
        private ImmutableArray<string>? KnownIn(ConfigNode.Map map) =>
            Fault(map, Probe) is { } fault && fault.Message.IndexOf(KnownHere, StringComparison.Ordinal) is > 0 and var from
                ? [.. fault.Message[(from + KnownHere.Length)..].TrimEnd('.').Split(", ")]
                : null;

        /// <summary>What the loader says about one more key in a map; null when it takes it.</summary>
        private ConfigFault? Fault(ConfigNode.Map map, string key)
        {
            var place = new ConfigPlace(map.Place.File, int.MaxValue, 1);
            var more = map with { Entries = map.Entries.Add(new ConfigEntry(key, place, new ConfigNode.Scalar(place, "x", IsQuoted: false))) };
            return load((ConfigNode.Map)Replace(document, map, more)).FirstOrDefault(f => f.Place == place);
        }

        private static ConfigNode Replace(ConfigNode node, ConfigNode.Map old, ConfigNode.Map by) => node switch
        {
            ConfigNode.Map map when ReferenceEquals(map, old) => by,
            ConfigNode.Map map => map with { Entries = [.. map.Entries.Select(e => e with { Value = Replace(e.Value, old, by) })] },
            ConfigNode.List list => list with { Items = [.. list.Items.Select(i => Replace(i, old, by))] },
            _ => node,
        };

        /// <summary>The closed object that has all of the map's keys, else an open one; an empty map says nothing about which closed one it is.</summary>
        private static JsonElement? Fitting(ConfigNode.Map map, List<JsonElement> choices)
        {
            var objects = choices.Where(c => c.TryGetProperty("properties", out _) || c.TryGetProperty("additionalProperties", out _)).ToList();
            var fits = objects.Where(c => IsClosed(c) && (!map.Entries.IsEmpty || objects.All(IsClosed))).Where(c => map.Entries.All(e => c.GetProperty("properties").TryGetProperty(e.Key, out _))).Concat(objects.Where(c => !IsClosed(c))).ToList();
            return fits.Count > 0 ? fits[0] : objects.Count > 0 ? objects[0] : null;
        }

        private static List<JsonElement> Below(JsonElement fitting, string key) =>
            fitting.TryGetProperty("properties", out var properties) && properties.TryGetProperty(key, out var own) ? [own]
            : fitting.TryGetProperty("additionalProperties", out var any) && any.ValueKind == JsonValueKind.Object ? [any]
            : [];

        private IEnumerable<JsonElement> Choices(JsonElement node)
        {
            if (node.ValueKind != JsonValueKind.Object)
            {
                return [];
            }

            if (node.TryGetProperty("$ref", out var reference))
            {
                return Choices(reference.GetString()!.Split('/').Skip(1).Aggregate(schema, (at, name) => at.GetProperty(name)));
            }

            var variants = new[] { "anyOf", "oneOf" }.Where(k => node.TryGetProperty(k, out _)).SelectMany(k => node.GetProperty(k).EnumerateArray()).ToList();
            return variants.Count > 0 ? variants.SelectMany(Choices) : [node];
        }

        private static bool IsClosed(JsonElement node) => node.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False;

        private static string Keys(JsonElement node) => string.Join(", ", node.GetProperty("properties").EnumerateObject().Select(p => p.Name));

        private IEnumerable<string> Closed(JsonElement node)
        {
            if (node.ValueKind == JsonValueKind.Array)
            {
                return node.EnumerateArray().SelectMany(Closed);
            }

            if (node.ValueKind != JsonValueKind.Object)
            {
                return [];
            }

            var below = node.EnumerateObject().Where(p => !_later.Contains(p.Name)).SelectMany(p => Closed(p.Value));
            return IsClosed(node) ? below.Prepend(Keys(node)) : below;
        }
    }
}
