using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>tools.yaml</c> to a catalogue.</summary>
/// <param name="provider">The engine behind sql sources.</param>
/// <param name="placeholders">The value of <c>${NAME}</c>; null when it is not set.</param>
/// <param name="clock">For <c>:now</c>.</param>
/// <param name="zone">For <c>:today</c>.</param>
/// <param name="crash">Named points for tests.</param>
/// <param name="reader">Takes mistakes.</param>
/// <param name="folder">The company's folder on this host: where servers are started and documents read.</param>
public sealed class CatalogBinder(
    ISqlProvider provider, Func<string, string?> placeholders, TimeProvider clock, TimeZoneInfo zone, ICrashPoints crash, ConfigReader reader, string folder = ".")
{
    private const string File = "tools.yaml";

    /// <summary>How long one call of a tool of a source that is asked may take, where nothing is said.</summary>
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(60);

    private static readonly ImmutableArray<string> ToolKeys =
    [
        "name", "description", "effect", "readOnly", "destructive", "idempotent", "openWorld", "parameters", "schema", "json", "money", "recipients", "facts",
        "resource", "record", "precondition", "undo", "preview", "timeout", "sql", "returns", "authorityArguments",
        "rows", .. ToolLimits.Keys,
    ];

    /// <summary>Placeholders that the program itself fills: no secret stands behind them.</summary>
    private static readonly ImmutableArray<string> NotSecret = ["world"];

    private readonly ParameterReader _parameters = new(reader);
    private readonly LabelReader _labels = new(reader);

    private ImmutableArray<ISourceKind>? _asked;

    /// <summary>What <c>knowledge.search</c> finds things in; null where there is none to search.</summary>
    public IKnowledge? Knowledge { get; init; }

    /// <summary>Who holds which role, for those who are asked about a record; nobody where it is not said.</summary>
    internal IDirectory Directory { get; set; } = new Nobody();

    /// <summary>Every secret that was filled in.</summary>
    internal SecretWords Words { get; } = new();

    /// <summary>Kinds of sources that are asked for their tools.</summary>
    private ImmutableArray<ISourceKind> Asked => _asked ??= [new McpKind(), new OpenApiKind(Words), new AssemblyKind()];

    /// <summary>The company's tools and those that every company has. A company without the file has only the latter.</summary>
    public Catalog Bind(CompanyBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var tools = new Dictionary<string, Tool>(StringComparer.Ordinal);
        var sources = ImmutableArray.CreateBuilder<SqlSource>();
        var outside = ImmutableArray.CreateBuilder<OutsideSource>();
        foreach (var tool in PeopleTools.Make().Add(new ResultPages().Make()).AddRange(Knowledge is null ? [] : KnowledgeTools.Of(Knowledge, clock, zone)))
        {
            tools[tool.Name] = tool;
        }

        if (bundle.Documents.TryGetValue(File, out var document))
        {
            reader.Keys(document, ["sources"]);
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var map in reader.Maps(document, "sources"))
            {
                var name = reader.Text(map, "name");
                if (name is PeopleTools.Source or ResultPages.Source or KnowledgeTools.Source || !names.Add(name))
                {
                    reader.Fault(map["name"]?.Place ?? map.Place, $"There is a source '{name}' already.");
                }

                if (Asked.FirstOrDefault(k => k.Kind == reader.OptionalText(map, "kind")) is { } kind)
                {
                    BindAsked(map, name, kind, bundle, outside);
                }
                else
                {
                    BindSource(map, name, tools, sources);
                }
            }
        }

        CheckPreviews(tools, outside);
        return new Catalog(tools.Values, sources.ToImmutable(), outside.ToImmutable());
    }

    private void CheckPreviews(Dictionary<string, Tool> tools, IReadOnlyCollection<OutsideSource> outside)
    {
        var offered = tools.Values.Select(t => (t.Preview, Own: (JsonText?)t.Info.Parameters)).Concat(outside.SelectMany(o => o.Said).Select(s => (s.Preview, Own: (JsonText?)null)));
        foreach (var (preview, own) in offered)
        {
            if (preview?.Fault(own, tools.GetValueOrDefault(preview.Tool)?.Info, outside.Any(o => o.Owns(preview.Tool))) is { } fault)
            {
                reader.Fault(preview.Place, fault);
            }
        }
    }

    private void BindAsked(ConfigNode.Map map, string name, ISourceKind kind, CompanyBundle bundle, ImmutableArray<OutsideSource>.Builder outside)
    {
        reader.Keys(map, ["name", "kind", "tools", .. kind.Keys]);
        if (!ToolNames.IsSource(name))
        {
            reader.Fault(map["name"]?.Place ?? map.Place, "The name of a source is lower-case letters, digits, _ and -, and begins with a letter.");
        }

        var said = new ClassificationReader(reader, new ApproversBinder(Directory, reader)).Read(map, name);
        if (kind.Bind(map, new SourceBinding(name, Path.GetFullPath(folder), bundle, reader, (text, node) => Fill(text, node), clock) { FillOpen = (text, node) => Fill(text, node, isSecret: false) }) is { } source)
        {
            outside.Add(new OutsideSource(source, said, reader.OptionalDuration(map, "timeout") ?? UsualTimeout));
        }
    }

    private void BindSource(ConfigNode.Map map, string name, Dictionary<string, Tool> tools, ImmutableArray<SqlSource>.Builder sources)
    {
        var kind = reader.Text(map, "kind");
        if (kind != "sql")
        {
            reader.Fault(map["kind"]?.Place ?? map.Place, $"Unknown kind of source '{kind}'. Known: sql, {string.Join(", ", Asked.Select(k => k.Kind))}.");
            return;
        }

        reader.Keys(map, ["name", "kind", "connection", "tools"]);
        var (connection, secrets) = Fill(map);
        var source = new SqlSource(name, connection, secrets, provider, clock, zone);
        sources.Add(source);
        foreach (var tool in reader.Maps(map, "tools"))
        {
            var bound = BindTool(tool, name, source);
            if (!tools.TryAdd(bound.Name, bound))
            {
                reader.Fault(tool["name"]?.Place ?? tool.Place, $"There is a tool '{bound.Name}' already.");
            }
        }
    }

    /// <summary>The connection string with its placeholders filled in, and what was filled in: secrets that no message may show.</summary>
    private (string Connection, ImmutableArray<string> Secrets) Fill(ConfigNode.Map map) =>
        Fill(reader.Text(map, "connection"), map["connection"] ?? map) is { } filled ? (filled.Text, filled.Secrets) : (string.Empty, []);

    private FilledText? Fill(string text, ConfigNode node, bool isSecret = true)
    {
        var secrets = ImmutableArray.CreateBuilder<string>();
        var done = 0;
        for (var open = text.IndexOf("${", StringComparison.Ordinal); open >= 0; open = text.IndexOf("${", done, StringComparison.Ordinal))
        {
            var close = text.IndexOf('}', open);
            var name = close < 0 ? text[(open + 2)..] : text[(open + 2)..close];
            if (close < 0 || placeholders(name) is not { } value)
            {
                reader.Fault(node.Place, $"${{{name}}} is not set. Set the environment variable {name}.");
                return null;
            }

            // What a value holds is not looked into: a secret may have ${ in it.
            secrets.Add(value);
            if (isSecret && !NotSecret.Contains(name))
            {
                Words.Add(value);
            }

            text = text[..open] + value + text[(close + 1)..];
            done = open + value.Length;
        }

        return new FilledText(text, secrets.ToImmutable());
    }

    private Tool BindTool(ConfigNode.Map map, string source, SqlSource database)
    {
        reader.Keys(map, ToolKeys);
        var schema = Schema(map);
        var info = Info(map, source, schema);
        if (!JsonSchema.TryLoad(info.Parameters, out var loaded, out var faults))
        {
            foreach (var fault in faults)
            {
                reader.Fault(map.Place, fault);
            }

            JsonSchema.TryLoad(JsonText.EmptyObject, out loaded, out _);
        }

        var sql = Sql(map, "sql", schema, database);
        var (condition, atWrite) = Precondition(map, schema, database, info.Timeout);
        var definition = new SqlToolDefinition(sql, reader.Texts(map, "json"), info.IsReadOnly, info.IsIdempotent, info.Timeout, Rows(map), atWrite);
        var facts = Facts(map, schema, database, info.Timeout);
        var tool = new Tool(info, loaded!, new SqlTool(database, definition, crash))
        {
            ArgsType = ParameterReader.TypeOf(schema),
            Facts = facts,
            Precondition = condition,
            Resource = ToolResource.Optional(map, ParameterReader.TypeOf(schema), reader),
            Preview = ToolPreview.Optional(map, info.IsReadOnly, reader),
            Record = ToolRecord.Optional(map, ParameterReader.TypeOf(schema), info.IsReadOnly, new ApproversBinder(Directory, reader), reader),
            Returns = _labels.Returns(map),
            Authority = _labels.Authority(map),
            Limits = ToolLimits.Read(map, ToolLimits.Inside, reader),
        };
        return tool with { Info = info with { Preview = tool.Preview?.Tool }, Money = Money(map, tool), Recipients = Where(map, "recipients", "whoever it addresses stands, such as args.to", tool)?.Path };
    }

    private int Rows(ConfigNode.Map map)
    {
        var rows = reader.OptionalWhole(map, "rows", 1) ?? SqlRows.MostRows;
        if (rows > SqlRows.MostRows)
        {
            reader.Fault(map["rows"]!.Place, $"'rows' is at most {SqlRows.MostRows}.");
        }

        return (int)Math.Min(rows, SqlRows.MostRows);
    }

    private JsonObject Schema(ConfigNode.Map map) =>
        reader.OptionalMap(map, "schema") is { } written
            ? JsonNode.Parse(ConfigReader.Json(written).Text)!.AsObject()
            : _parameters.Object(reader.OptionalMap(map, "parameters") ?? new ConfigNode.Map(map.Place, []));

    private ToolInfo Info(ConfigNode.Map map, string source, JsonObject schema)
    {
        var written = reader.Text(map, "effect");
        if (EffectClassNames.Read(written) is not { } effect)
        {
            reader.Fault(map["effect"]?.Place ?? map.Place, $"'{written}' is no effect class. Known: {string.Join(", ", EffectClassNames.All)}.");
            effect = EffectClass.ChangeAuthority;
        }

        var isReadOnly = reader.OptionalFlag(map, "readOnly") ?? effect is EffectClass.Observe or EffectClass.Compute;
        if (isReadOnly != effect is EffectClass.Observe or EffectClass.Compute)
        {
            reader.Fault(map["readOnly"]?.Place ?? map.Place, $"A tool with the effect '{written}' {(isReadOnly ? "is not" : "is")} read-only.");
        }

        return new ToolInfo(
            $"{source}.{reader.Text(map, "name")}",
            reader.OptionalText(map, "description") ?? string.Empty,
            effect,
            JsonText.Parse(schema.ToJsonString()),
            CanonicalJson.Digest(source, CanonicalJson.Of(ConfigReader.Json(map)).Text),
            reader.OptionalDuration(map, "timeout") ?? TimeSpan.FromSeconds(30))
        {
            IsReadOnly = isReadOnly,
            IsDestructive = reader.OptionalFlag(map, "destructive") ?? false,
            IsIdempotent = reader.OptionalFlag(map, "idempotent") ?? false,
            IsOpenWorld = reader.OptionalFlag(map, "openWorld") ?? false,
            Money = reader.OptionalText(map, "money"),
            Undo = reader.OptionalText(map, "undo") is { } undo ? $"{source}.{undo}" : null,
        };
    }

    private SqlText Sql(ConfigNode.Map map, string key, JsonObject schema, SqlSource database)
    {
        var text = SqlText.Of(reader.Text(map, key));
        var known = schema["properties"] as JsonObject;
        foreach (var parameter in text.Parameters.Where(p => !SqlText.Given.Contains(p) && known?.ContainsKey(p) != true))
        {
            reader.Fault(map[key]?.Place ?? map.Place, $"The SQL uses :{parameter}, which is no parameter of the tool.");
        }

        database.Remember(text, map[key]?.Place ?? map.Place);
        return text;
    }

    private ImmutableArray<ToolFact> Facts(ConfigNode.Map map, JsonObject schema, SqlSource database, TimeSpan timeout)
    {
        var facts = ImmutableArray.CreateBuilder<ToolFact>();
        foreach (var entry in reader.OptionalMap(map, "facts")?.Entries ?? [])
        {
            if (entry.Value is not ConfigNode.Map fact)
            {
                reader.Fault(entry.Place, "A fact is a map with 'type' and 'sql'.");
                continue;
            }

            reader.Keys(fact, ["type", "title", "money", "sql"]);
            if (FactValues.Read(reader.Text(fact, "type")) is not { } kind)
            {
                reader.Fault(fact["type"]?.Place ?? fact.Place, "A fact is of the type number, integer, boolean, string or time.");
                continue;
            }

            var isMoney = reader.OptionalFlag(fact, "money") == true;
            if (isMoney && kind is not (FactKind.Number or FactKind.Integer))
            {
                reader.Fault(fact["money"]!.Place, "Only a number is money.");
            }

            facts.Add(new ToolFact(entry.Key, kind, new SqlQuery(database, Sql(fact, "sql", schema, database), timeout)) { Words = new FactWords(entry.Key, reader.OptionalText(fact, "title"), isMoney) });
        }

        return facts.ToImmutable();
    }

    /// <summary>What must be so for a call: as the gate reads it, and as the write itself does.</summary>
    private (Precondition? Read, SqlPrecondition? AtWrite) Precondition(ConfigNode.Map map, JsonObject schema, SqlSource database, TimeSpan timeout)
    {
        if (reader.OptionalMap(map, "precondition") is not { } condition)
        {
            return (null, null);
        }

        reader.Keys(condition, ["sql", "reason"]);
        var sql = Sql(condition, "sql", schema, database);
        var read = new Precondition(new SqlQuery(database, sql, timeout), reader.OptionalText(condition, "reason"));
        return (read, new SqlPrecondition(sql, read.Words));
    }

    private WhenExpression? Money(ConfigNode.Map map, Tool tool)
    {
        if (Where(map, "money", "the amount stands, such as facts.total or args.amount", tool) is not { } found)
        {
            return null;
        }

        if (found.Typing.Faults.Count == 0 && found.Typing.Type is not (WhenType.Number or WhenType.Dynamic))
        {
            reader.Fault(map["money"]!.Place, $"{found.Path.Text} is not a number.");
        }

        return found.Path;
    }

    /// <summary>A field of <c>args</c> or <c>facts</c>, and what it is; null when the key is not there or is no such thing.</summary>
    private (WhenExpression Path, WhenTyping Typing)? Where(ConfigNode.Map map, string key, string what, Tool tool)
    {
        if (reader.OptionalText(map, key) is not { } written)
        {
            return null;
        }

        var place = map[key]!.Place;
        if (When.Parse(written, new WhenPosition(place.Line, place.Column)) is not WhenParsed.Sound { Expression: var path })
        {
            reader.Fault(place, $"'{key}' says where {what}.");
            return null;
        }

        var typing = path.TypeIn(new WhenScope { Args = tool.ArgsType, Facts = tool.FactsType });
        foreach (var fault in typing.Faults)
        {
            reader.Fault(place, fault.Message);
        }

        return (path, typing);
    }

    private sealed class Nobody : IDirectory
    {
        public ImmutableArray<Person> People => [];

        public ImmutableArray<AgentProfile> Agents => [];
    }
}
