using System.Collections.Immutable;

namespace AiManager.Evals;

/// <summary>A company of the chaos suite without something that keeps one of the laws: then that law breaks, and no other. A law that has never been seen to fail may look nowhere.</summary>
/// <param name="Company">The company's name.</param>
/// <param name="Removes">What is taken away, or forged, for the table.</param>
/// <param name="Law">The aspect that falls.</param>
/// <param name="Words">What stands in each sentence about it.</param>
/// <param name="Trouble">What is changed in the company's copy.</param>
/// <param name="Forgery">A statement that changes the journal behind the program's back, once all is over; null for none.</param>
internal sealed record ChaosMutant(string Company, string Removes, string Law, string Words, ImmutableArray<Trouble> Trouble, string? Forgery = null)
{
    private const string Tools = "tools.yaml";
    private const string Authority = "authority.yaml";
    private const string Purchaser = "scripts/purchaser.yaml";
    private const string Items = "scripts/a-chaos.yaml";
    private const string Orders = "procurement";
    private const string Refunds = "support-desk";
    private const string Never = "when: \"false\"";

    /// <summary>How many goals are enough for each to break its law.</summary>
    public const int Goals = 24;

    /// <summary>One for each law of a company's world, for the evidence and for the journal.</summary>
    public static ImmutableArray<ChaosMutant> All { get; } =
    [
        new(Orders, "the rule on approved suppliers, the precondition and the best quote, where no small supplier is approved", Aspects.Policy, "an order at a supplier that is not approved",
        [
            World("update suppliers set approved = 0 where id like 'ch-%';"),
            File(Authority, "when: \"!facts.approved\"", Never),
            File(Authority, "when: \"!facts.best\"", Never),
            File(Tools, "where s.id = :supplier and s.approved = 1", "where s.id = :supplier"),
        ]),
        new(Orders, "the rule on what is needed, the precondition and what the order itself looks at, with a purchaser who orders twice", Aspects.Policy, "an item ordered twice",
        [
            .. NothingIsTooMuch,
            File(Purchaser, "{ calls: [ { tool: erp.create_purchase_order, args: { supplier: $item.supplier, lines: $item.lines } } ] }", "{ calls: [ { tool: erp.create_purchase_order, args: { supplier: $item.supplier, lines: $item.lines } }, { tool: erp.create_purchase_order, args: { supplier: $item.supplier, lines: $item.lines } } ] }"),
        ]),
        new(Orders, "the rule on what is needed, the precondition and what the order itself looks at, with an analyst who wants more", Aspects.Policy, "more than is needed",
        [
            .. NothingIsTooMuch,
            File(Items, "quantity: \"$calls[erp.stock_of].rows.0.orderUpTo\"", "quantity: 11"),
            File(Items, ", deliverable.orders.0.lines.0.quantity: { is: $made.0.result.rows.0.orderUpTo }", string.Empty),
        ]),
        new(Orders, "the world: an order's prices change once it is placed", Aspects.Policy, "a price that nobody quoted",
            [World("create trigger dearer after insert on deliveries begin update order_lines set unit_price = unit_price + 1 where order_id = new.order_id; end;")]),
        new(Orders, "the limit of an order and of a supplier's orders", Aspects.Policy, "an order over the limit that nobody approved",
        [
            File(Authority, "when: facts.total <= 5000", "when: facts.total <= 500000"),
            File(Authority, "when: facts.total > 5000", "when: facts.total > 500000"),
            File(Authority, "key: args.supplier, money: 5000,", "key: args.supplier, money: 500000,"),
        ]),
        new(Orders, "the world: it places each order once more", Aspects.Once, "erp.create_purchase_order succeeded",
            [World("create trigger again after insert on purchase_orders when new.idempotency_key not like '%-again' begin insert into purchase_orders select new.id + 100000, new.supplier, 0, 'cancelled', new.idempotency_key || '-again', new.created_at; end;")]),
        new(Orders, "the check of an order, with a purchaser who only says so", Aspects.Evidence, "is done and erp.purchase_order does not show it",
        [
            File("scripts/manager.yaml", "is: \"size(result.rows) == 1 && result.rows[0].status == 'open'\"", "is: \"size(result.rows) >= 0\""),
            File(Purchaser, "{ calls: [ { tool: erp.create_purchase_order, args: { supplier: $item.supplier, lines: $item.lines } } ] }", "{ json: { summary: Ordered., orderId: 999999, supplier: $item.supplier, total: 1 } }"),
        ]),
        new(Orders, "the journal: an event is changed behind the program's back", Aspects.Journal, "at wf_", [],
            "update events set payload = replace(payload, 'summary', 'Summary') where position = (select max(position) from events where type = 'GoalCompleted');"),
        new(Refunds, "the thirty days within which a refund is owed, wherever they are looked at", Aspects.Policy, "a refund that is not owed",
            [.. Enumerable.Repeat(File(Tools, "h.charged_on >= date(:today, '-30 days')", "h.charged_on >= date(:today, '-90 days')"), 3)]),
        new(Refunds, "the rule on what is owed and the precondition, with a clerk who pays twice", Aspects.Policy, "a charge refunded twice",
        [
            File(Authority, "when: args.amount <= 0 || args.amount > facts.owed", Never),
            File(Tools, "where t.id = :ticket and t.customer = :customer and t.kind = 'refund' and t.status in ('open', 'escalated')", "where t.id = :ticket or t.id = ''"),
            File("scripts/refund-clerk.yaml", "{ calls: [ { tool: desk.refund, args: { ticket: $item.ticket, customer: $item.customer, amount: $item.amount } } ] }", "{ calls: [ { tool: desk.refund, args: { ticket: $item.ticket, customer: $item.customer, amount: $item.amount } }, { tool: desk.refund, args: { ticket: $item.ticket, customer: $item.customer, amount: $item.amount } } ] }"),
        ]),
        new(Refunds, "the rule on disputed charges and the precondition, where each charge is disputed", Aspects.Policy, "a refund of a disputed charge",
        [
            World("insert into tickets (id, customer, queue, kind, status, priority, subject, body, charge, wanted, from_email, raised_at) select 'D' || id, customer, queue, 'dispute', 'open', priority, subject, body, charge, wanted, from_email, raised_at from tickets where id like 'T-2___' and kind = 'refund';"),
            File(Authority, "when: facts.disputed", Never),
            .. Enumerable.Repeat(File(Tools, "and not exists (select 1 from tickets d where d.kind = 'dispute' and d.charge = t.charge and d.status <> 'solved')", "and 1 = 1"), 2),
        ]),
        new(Refunds, "the limit of a refund", Aspects.Policy, "a refund over the limit that nobody approved",
        [
            File(Authority, "when: facts.total <= 100", "when: facts.total <= 100000"),
            File(Authority, "when: facts.total > 100 && facts.lead == 'support-lead'", "when: facts.total > 100000 && facts.lead == 'support-lead'"),
        ]),
        new(Refunds, "the world: it forgets a refund when the next but two is paid", Aspects.Once, "desk.refund succeeded",
            [World("create trigger forgets after insert on refunds when (select count(*) from refunds where idempotency_key is not null) > 3 begin delete from refunds where id = (select min(id) from refunds where idempotency_key is not null); end;")]),
    ];

    /// <summary>Neither a rule nor the ERP says that an order is for more than is needed, or for another quote than the best, or for a part.</summary>
    private static ImmutableArray<Trouble> NothingIsTooMuch =>
    [
        File(Authority, "when: \"!facts.needed\"", Never),
        File(Authority, "when: \"!facts.best\"", Never),
        File(Authority, "when: \"!facts.complete\"", Never),
        File(Tools, "where s.id = :supplier and s.approved = 1", "where s.id = :supplier or s.id = ''"),
        File(Tools, "having max(i.on_hand - i.order_up_to + (", "having min(0 - i.order_up_to - ("),
    ];

    /// <summary>Whether a sentence of a report is about the law that must break.</summary>
    public bool IsAboutIt(string broken) => broken.StartsWith($"{Company}: {Law}: ", StringComparison.Ordinal) && broken.Contains(Words, StringComparison.Ordinal);

    private static Trouble World(string sql) => new Trouble.World(sql);

    private static Trouble File(string path, string find, string replacement) => new Trouble.File(new ConfigPlace("evals/Chaos", 1, 1), path, find, replacement);
}
