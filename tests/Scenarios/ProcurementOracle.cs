namespace AiManager.Scenarios.Tests;

/// <summary>One line that is, or should be, on order.</summary>
internal sealed record OrderedLine(string Supplier, string Sku, decimal Quantity, decimal UnitPrice);

/// <summary>An order that a run placed; seeded orders are none.</summary>
internal sealed record PlacedOrder(string Id, string Supplier, decimal Total, string Status);

/// <summary>
/// What restocking must come to, worked out from a world by the rules of the scenario and by nothing else: written with window functions,
/// on purpose unlike the sample's tools, so that the two can only agree by both being right.
/// </summary>
internal static class ProcurementOracle
{
    private const string Ranked = """
        with incoming as (
            select ol.sku, total(ol.quantity) as units
            from purchase_orders po join order_lines ol on ol.order_id = po.id
            where po.status = 'open'
            group by ol.sku
        ),
        gap as (
            select it.sku, it.order_up_to - it.on_hand - ifnull(incoming.units, 0) as quantity
            from items it left join incoming using (sku)
            where it.on_hand + ifnull(incoming.units, 0) < it.reorder_point
        ),
        ranked as (
            select gap.sku, gap.quantity, q.supplier, q.unit_price,
                   row_number() over (partition by gap.sku order by q.unit_price, q.lead_days, q.id) as place
            from gap
            inner join quotes q using (sku)
            inner join suppliers s on s.id = q.supplier
            where s.approved and q.valid_until >= :today and gap.quantity >= q.min_quantity
        )
        """;

    /// <summary>Every line that must be ordered from a world nobody has touched, by supplier and SKU.</summary>
    public static IReadOnlyList<OrderedLine> Expected(WorldDatabase pristine) =>
        [.. pristine.Read(Ranked + " select supplier, sku, quantity, unit_price from ranked where place = 1").Select(Line).Order(BySupplier)];

    /// <summary>SKUs that are low and must be reported instead, because no quote fits.</summary>
    public static IReadOnlyList<string> WithoutQuote(WorldDatabase pristine) =>
        [.. pristine.Read(Ranked + " select sku from gap except select sku from ranked order by 1").Select(row => row.Text("sku"))];

    /// <summary>What each supplier's order must total.</summary>
    public static IReadOnlyDictionary<string, decimal> Totals(IEnumerable<OrderedLine> lines) =>
        lines.GroupBy(line => line.Supplier).ToDictionary(order => order.Key, order => order.Sum(line => line.Quantity * line.UnitPrice));

    /// <summary>The roles whose approval an order of this total waits for; limits are inclusive.</summary>
    public static IReadOnlyList<string> Seats(decimal total) => total switch
    {
        <= 5_000 => [],
        <= 50_000 => ["procurement-lead"],
        _ => ["cfo", "procurement-lead"],
    };

    /// <summary>The orders that runs placed in a world, in the order of their ids.</summary>
    public static IReadOnlyList<PlacedOrder> Placed(WorldDatabase world) =>
        [.. world.Read("select id, supplier, total, status from purchase_orders where idempotency_key is not null order by id")
            .Select(row => new PlacedOrder(row.Text("id"), row.Text("supplier"), row.Number("total"), row.Text("status")))];

    /// <summary>Every line of those orders that is still open, by supplier and SKU; a line ordered twice is here twice.</summary>
    public static IReadOnlyList<OrderedLine> PlacedLines(WorldDatabase world) =>
        [.. world.Read("""
            select o.supplier, l.sku, l.quantity, l.unit_price
            from order_lines l join purchase_orders o on o.id = l.order_id
            where o.idempotency_key is not null and o.status = 'open'
            """).Select(Line).Order(BySupplier)];

    private static readonly Comparer<OrderedLine> BySupplier = Comparer<OrderedLine>.Create((left, right) =>
        string.CompareOrdinal(left.Supplier, right.Supplier) is var order and not 0 ? order : string.CompareOrdinal(left.Sku, right.Sku));

    private static OrderedLine Line(WorldDatabase.Row row) =>
        new(row.Text("supplier"), row.Text("sku"), row.Number("quantity"), row.Number("unit_price"));
}
