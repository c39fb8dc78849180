using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace AiManager.Scenarios.Tests;

/// <summary>The sample's SQL against the oracle, on the shipped world (seed 0) and on worlds that its author never saw.</summary>
public sealed class ProcurementToolsTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 21)];

    [Theory, MemberData(nameof(Seeds))]
    public void The_chosen_quotes_are_the_oracles(int seed)
    {
        using var world = World(seed);
        var rows = new ProcurementTools(world).Read("best_quotes");
        var expected = ProcurementOracle.Expected(world);

        Assert.Equal(expected, rows.SelectMany(Lines));
        Assert.Equal(ProcurementOracle.Totals(expected), rows.ToDictionary(row => row.Text("supplier"), row => row.Number("total")));
        Assert.Equal(ProcurementOracle.WithoutQuote(world), new ProcurementTools(world).Read("without_quote").Select(row => row.Text("sku")));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Honest_orders_are_placed_once_and_leave_nothing_to_do(int seed)
    {
        using var world = World(seed);
        var tools = new ProcurementTools(world);
        var expected = ProcurementOracle.Expected(world);
        var unfit = ProcurementOracle.WithoutQuote(world);
        foreach (var order in expected.GroupBy(line => line.Supplier))
        {
            var arguments = ProcurementTools.Order(order.Key, order);
            var total = order.Sum(line => line.Quantity * line.UnitPrice);
            Assert.Equal([total, 1, 1, 1, 1, 1], Facts(tools, arguments));
            Assert.Equal(total, Assert.Single(tools.Write("create_purchase_order", "first " + order.Key, arguments)!).Number("total"));
            Assert.Null(tools.Write("create_purchase_order", "second " + order.Key, arguments));
            var beaten = Assert.Throws<SqliteException>(() => tools.WriteRegardless("create_purchase_order", "third " + order.Key, arguments));
            Assert.Equal(1299, beaten.SqliteExtendedErrorCode); // not null: the total of an order that nobody needs any more
        }

        Assert.Equal(expected, ProcurementOracle.PlacedLines(world));
        Assert.Equal(ProcurementOracle.Totals(expected), ProcurementOracle.Placed(world).ToDictionary(order => order.Supplier, order => order.Total));
        Assert.Empty(tools.Read("restockable"));
        Assert.Empty(tools.Read("best_quotes"));
        Assert.Equal(unfit, tools.Read("low_stock").Select(row => row.Text("sku")));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Receiving_moves_stock_and_needs_nothing_new(int seed)
    {
        using var world = World(seed);
        var tools = new ProcurementTools(world);
        var needed = ProcurementOracle.Expected(world);
        var arrived = tools.Read("arrived_deliveries");
        Assert.NotEmpty(arrived);
        foreach (var delivery in arrived)
        {
            var id = delivery.Number("id");
            var sku = JsonDocument.Parse(delivery.Text("lines")).RootElement[0].GetProperty("sku").GetString()!;
            var before = OnHand();
            Assert.Equal("received", Assert.Single(tools.Write("receive_delivery", $"receive {id}", ("id", (long)id))!).Text("status"));
            Assert.True(OnHand() > before);
            Assert.Null(tools.Write("receive_delivery", $"again {id}", ("id", (long)id)));

            decimal OnHand() => tools.Read("stock_of", ("sku", sku)).Single().Number("onHand");
        }

        Assert.Empty(tools.Read("arrived_deliveries"));
        Assert.Equal(needed, ProcurementOracle.Expected(world));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_dishonest_order_is_void_or_shows_in_its_facts(int seed)
    {
        using var world = World(seed);
        var tools = new ProcurementTools(world);
        var orders = ProcurementOracle.Expected(world).GroupBy(line => line.Supplier).ToArray();
        var order = orders.First(candidate => candidate.Count() > 1);
        var line = order.First();
        var honest = ProcurementTools.Order(order.Key, order);

        Denied("needed", line with { Quantity = line.Quantity + 1 });
        Denied("needed", line, line);
        Denied("quoted", line with { UnitPrice = line.UnitPrice - 0.01m });
        Denied("quoted", line with { Quantity = -line.Quantity });
        Denied("approved", Unapproved());
        var expired = world.Read("select q.sku, q.supplier, q.unit_price from quotes q where valid_until < :today and sku = :sku limit 1", ("sku", line.Sku));
        foreach (var quote in expired)
            Denied("quoted", new OrderedLine(quote.Text("supplier"), line.Sku, line.Quantity, quote.Number("unit_price")));

        Asked("complete", [line]);
        Asked("complete", [.. order.Skip(1)]);
        Asked("complete", [line with { Quantity = Math.Max(line.Quantity - 1, Minimum(line)) }, .. order.Skip(1).SkipLast(1)]);
        foreach (var other in orders.SelectMany(candidate => candidate))
            foreach (var dearer in world.Read("""
                select q.supplier, min(q.unit_price) as unit_price from quotes q join suppliers s on s.id = q.supplier
                where s.approved and q.valid_until >= :today and q.min_quantity <= :needed and q.sku = :sku and q.supplier <> :chosen
                group by q.supplier
                """, ("needed", (long)other.Quantity), ("sku", other.Sku), ("chosen", other.Supplier)))
                Asked("best", [new OrderedLine(dearer.Text("supplier"), other.Sku, other.Quantity, dearer.Number("unit_price"))]);

        Assert.Equal(0, tools.Facts(ProcurementTools.Order("nobody", order))["approved"]);
        Assert.Null(tools.Facts(ProcurementTools.Order(order.Key))["total"]);
        Assert.NotNull(tools.Write("create_purchase_order", "after all that", honest));

        void Denied(string fact, params OrderedLine[] lines)
        {
            var arguments = ProcurementTools.Order(lines[0].Supplier, lines);
            Assert.Equal(0, tools.Facts(arguments)[fact]);
            Assert.Null(tools.Write("create_purchase_order", "denied", arguments));
        }

        void Asked(string fact, OrderedLine[] lines)
        {
            var arguments = ProcurementTools.Order(lines[0].Supplier, lines);
            Assert.Equal(0, tools.Facts(arguments)[fact]);
        }

        OrderedLine Unapproved() => world.Read(
            "select q.supplier, q.unit_price from quotes q join suppliers s on s.id = q.supplier where not s.approved and q.valid_until >= :today order by q.id limit 1")
            .Select(row => new OrderedLine(row.Text("supplier"), line.Sku, line.Quantity, row.Number("unit_price"))).Single();

        decimal Minimum(OrderedLine of) => world.Read(
            "select min_quantity as n from quotes where sku = :sku and supplier = :supplier and unit_price = :price order by 1 limit 1",
            ("sku", of.Sku), ("supplier", of.Supplier), ("price", (double)of.UnitPrice)).Single().Number("n");
    }

    private static WorldDatabase World(int seed) => WorldDatabase.Build(seed == 0
        ? File.ReadAllText(Path.Combine(RepositoryFiles.Sample("procurement"), "world.sql"))
        : ProcurementWorld.Sql(seed));

    private static decimal?[] Facts(ProcurementTools tools, (string, object)[] arguments)
    {
        var facts = tools.Facts(arguments);
        return [facts["total"], facts["approved"], facts["quoted"], facts["needed"], facts["best"], facts["complete"]];
    }

    private static IEnumerable<OrderedLine> Lines(WorldDatabase.Row order) =>
        JsonDocument.Parse(order.Text("lines")).RootElement.EnumerateArray().Select(line => new OrderedLine(
            order.Text("supplier"), line.GetProperty("sku").GetString()!, line.GetProperty("quantity").GetDecimal(), line.GetProperty("unitPrice").GetDecimal()));
}
