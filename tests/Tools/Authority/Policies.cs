using System.Collections.Immutable;
using AiManager.Host;

namespace AiManager.Tools.Tests;

/// <summary>Policies and tools to test with.</summary>
internal static class Policies
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly WhenType Number = new WhenType.Number();
    private static readonly WhenType Text = new WhenType.Text();
    private static readonly WhenType Flag = new WhenType.Boolean();

    public static readonly ImmutableArray<GovernedTool> Tools =
    [
        Tool("erp.low_stock", EffectClass.Observe, Map(), Map()),
        Tool(
            "erp.create_purchase_order",
            EffectClass.Spend,
            Map(("supplier", Text), ("lines", new WhenType.List(Map(("sku", Text), ("quantity", Number), ("unitPrice", Number))))),
            Map(("total", Number), ("approved", Flag), ("quoted", Flag), ("needed", Flag), ("best", Flag), ("complete", Flag), ("due", new WhenType.Timestamp()))),
        Tool("erp.cancel_purchase_order", EffectClass.Spend, Map(("id", Number), ("reason", Text)), Map()),
        Tool("erp.receive_delivery", EffectClass.Spend, Map(("id", Number)), Map()),
        Tool("erp.reverse_receipt", EffectClass.Spend, Map(("id", Number)), Map()),
        Tool("people.escalate", EffectClass.WriteReversible, Map(("question", Text), ("role", Text)), Map()),
    ];

    /// <summary>The same, of which <c>erp.create_purchase_order</c> says what it spends.</summary>
    public static readonly ImmutableArray<GovernedTool> Spending = [.. Tools.Select(t => t.Name == "erp.create_purchase_order" ? t with { Money = "facts.total" } : t)];

    public static string Sample
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "samples", "procurement", "authority.yaml")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("The samples are not above the tests.");
            }

            return File.ReadAllText(Path.Combine(folder.FullName, "samples", "procurement", "authority.yaml"));
        }
    }

    public static (Policy Policy, ConfigReader Reader) Read(string yaml, string zone = "Europe/Prague")
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var documents = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, ConfigNode.Map>
        {
            ["authority.yaml"] = YamlText.Read("authority.yaml", yaml, 1, faults)!,
            ["company.yaml"] = YamlText.Read("company.yaml", $"timeZone: {zone}", 1, faults)!,
        });
        Assert.Empty(faults);
        var texts = ImmutableSortedDictionary<string, string>.Empty.Add("authority.yaml", yaml);
        var reader = new ConfigReader();
        var bundle = new CompanyBundle("hash", documents, ImmutableSortedDictionary<string, ConfigPage>.Empty, texts);
        return (Policy.Bind(bundle, Tools, new Staff(), reader), reader);
    }

    public static Policy Sound(string yaml, string zone = "Europe/Prague")
    {
        var (policy, reader) = Read(yaml, zone);
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        return policy;
    }

    public static Policy OfRules(params string[] rules) => Sound("version: 1\nrules:\n" + string.Concat(rules.Select(r => $"  - {r}\n")));

    /// <summary>With the agents of the company, and with tools of which one says what it spends.</summary>
    public static PolicySide Side(Policy policy) => new(policy, Spending, ["analyst", "purchaser", "purchaser-backup"]);

    /// <summary>What a comparison of files says, one after the other.</summary>
    public static string Told(IEnumerable<PolicyChange> changes) =>
        string.Join("; ", changes.Select(c => $"{(c.IsWider ? "wider" : "narrower")} {(c.IsCertain ? "surely" : "perhaps")} {c.Tool}: {c.Message}"));

    public static PolicyDecision Order(Policy policy, string facts, string agent = "purchaser", string args = """{"supplier":"acme","lines":[]}""") =>
        policy.Decide(Request("erp.create_purchase_order", agent, args, facts));

    public static AuthorityRequest Request(string tool, string agent, string args, string facts)
    {
        var known = Tools.First(t => t.Name == tool);
        return new AuthorityRequest(
            tool, known.Traits, agent, WhenValue.FromJson(JsonText.Parse(args).ToElement()), FactsReading.Read(known.Facts, JsonText.Parse(facts)), null, null, null, Noon)
        {
            ArgsJson = CanonicalJson.Of(JsonText.Parse(args)),
        };
    }

    private static GovernedTool Tool(string name, EffectClass effect, WhenType args, WhenType facts)
    {
        var info = new ToolInfo(name, name, effect, JsonText.EmptyObject, "1", TimeSpan.FromSeconds(1)) { IsReadOnly = effect == EffectClass.Observe };
        return new GovernedTool(name, ToolTraits.Of(info), args, facts);
    }

    private static WhenType.Record Map(params (string Name, WhenType Type)[] fields) => new(fields.ToDictionary(f => f.Name, f => f.Type, StringComparer.Ordinal));

    private sealed class Staff : IDirectory
    {
        public ImmutableArray<Person> People { get; } = [Of("petra", "procurement-lead"), Of("omar", "procurement-lead"), Of("carla", "cfo"), Of("walt", "warehouse")];

        public ImmutableArray<AgentProfile> Agents { get; } =
            [.. new[] { "analyst", "purchaser", "purchaser-backup", "receiving-clerk", "expediter" }.Select(n => new AgentProfile(n, [], [], "default", new TurnLimits(), ""))];

        private static Person Of(string id, string role) => new(id, id, null, [role], ImmutableDictionary<string, decimal>.Empty);
    }
}
