using System.Text.Json;

namespace AiManager.Domain.Tests;

/// <summary>What the tests of conditions share: short ways to parse, evaluate and look at a tree.</summary>
internal static class Conditions
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly WhenFacts World = new()
    {
        Args = Json("""
            {
              "supplier": "acme", "note": null, "urgent": true, "count": 3, "price": 1.50, "huge": 1e400, "unit-price": 9,
              "lines": [ { "sku": "A-1", "quantity": 10 }, { "sku": "B-2", "quantity": 2.5 } ],
              "address": { "country": "CZ" }, "mixed": [1, "1", null, 1e400], "face": "a😀"
            }
            """),
        Facts = Json("""{ "total": 420, "ratio": 0.1 }"""),
        Tool = Json("""{ "name": "erp.create_purchase_order", "readOnly": false }"""),
        Agent = Json("""{ "name": "purchaser" }"""),
        Lists = Json("""{ "approved_suppliers": ["acme", "globex"] }"""),
        Labels = Json("""["untrusted", "customer-data"]"""),
        Now = new WhenTimestamp(Noon),
        Result = Json("""{ "rows": [ { "sku": "A-1" } ], "at": null }"""),
    };

    public static readonly WhenScope Scope = new()
    {
        Args = Record(
            ("supplier", new WhenType.Text()),
            ("urgent", new WhenType.Boolean()),
            ("count", new WhenType.Number()),
            ("due", new WhenType.Timestamp()),
            ("tags", new WhenType.List(new WhenType.Text())),
            ("prices", new WhenType.Map(new WhenType.Number())),
            ("extra", new WhenType.Dynamic()),
            ("lines", new WhenType.List(Record(("sku", new WhenType.Text()), ("quantity", new WhenType.Number())))),
            ("options", new WhenType.Record(new Dictionary<string, WhenType> { ["known"] = new WhenType.Text() }, IsOpen: true))),
        Facts = Record(("total", new WhenType.Number())),
        Tool = Record(("name", new WhenType.Text()), ("readOnly", new WhenType.Boolean())),
        Lists = Record(("approved_suppliers", new WhenType.List(new WhenType.Text()))),
        Labels = new WhenType.List(new WhenType.Text()),
        Now = new WhenType.Timestamp(),
    };

    public static WhenExpression Read(string text)
    {
        var parsed = When.Parse(text, WhenPosition.Start);
        return parsed is WhenParsed.Sound sound
            ? sound.Expression
            : throw new InvalidOperationException(((WhenParsed.Faulty)parsed).Faults[0] + " in " + text);
    }

    /// <summary>"true", "false", or the message of the error.</summary>
    public static string Answer(string text) => Show(Read(text).Evaluate(World));

    public static string Show(WhenOutcome outcome) => outcome switch
    {
        WhenOutcome.True => "true",
        WhenOutcome.False => "false",
        WhenOutcome.Error error => error.Message,
        _ => throw new InvalidOperationException("A new kind of outcome"),
    };

    /// <summary>The only fault of parsing, as "line:column: message".</summary>
    public static string Refusal(string text) =>
        Assert.Single(Assert.IsType<WhenParsed.Faulty>(When.Parse(text, WhenPosition.Start)).Faults).ToString();

    public static WhenValue Json(string json) => WhenValue.FromJson(JsonDocument.Parse(json).RootElement);

    public static WhenType.Record Record(params (string Name, WhenType Type)[] fields) =>
        new(fields.ToDictionary(field => field.Name, field => field.Type));

    /// <summary>A tree without its positions, each node in parentheses, written by other code than the product's.</summary>
    public static string Shape(WhenSyntax node) => node switch
    {
        WhenLiteral literal => literal.Value.ToString(),
        WhenRootName name => name.Root.ToString(),
        WhenMember member => $"(. {Shape(member.Target)} {member.Name})",
        WhenMatch match => $"(Match {Shape(match.Target)} {new WhenText(match.Pattern)})",
        WhenTextTest test => $"({test.Kind} {Shape(test.Target)} {Shape(test.Argument)})",
        WhenRelation relation => $"({relation.Kind} {Shape(relation.Left)} {Shape(relation.Right)})",
        WhenLogic logic => $"({logic.Kind}{string.Concat(logic.Operands.Select(operand => " " + Shape(operand)))})",
        _ => $"({node.GetType().Name}{string.Concat(node.Parts.Select(part => " " + Shape(part)))})",
    };
}
