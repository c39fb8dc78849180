using System.Text.Json.Nodes;

namespace AiManager.Evals;

/// <summary>
/// A call that the policy text allows, changed so that it breaks one sentence of it. Written from the text: each kind quotes the sentence. Chosen among the
/// shop's records in their order, never at random.
/// </summary>
internal static class RetailMutations
{
    private static readonly string[] Swapping = ["modify_pending_order_items", "exchange_delivered_order_items"];

    /// <summary>Broken forms of a call that is right at this moment.</summary>
    public static async Task<List<(string Kind, JsonObject Args)>> OfAsync(RetailWorld world, string tool, JsonObject args, CancellationToken cancellationToken)
    {
        List<(string, JsonObject)> broken = [];
        var order = RetailWorld.Text(args["order_id"]);
        var user = order.Length > 0 ? RetailWorld.Text(world.Orders[order]?["user_id"]) : RetailWorld.Text(args["user_id"]);
        var method = RetailWorld.Text(args["payment_method_id"]);
        if (order.Length > 0)
        {
            var wanted = tool.Contains("pending", StringComparison.Ordinal) ? "pending" : "delivered";
            // "An order can only be … if its status is …"
            await Add("wrong status, own order", "order_id", "select id from orders where user_id = $a and status not like $b || '%' order by id limit 1", user, wanted);
            await Add("wrong status, any order", "order_id", "select id from orders where status not like $b || '%' and user_id <> $a order by id limit 1 offset 7", user, wanted);
            // "must deny any requests for tasks related to any other user"
            await Add("another customer's order", "order_id", "select id from orders where status = $b and user_id <> $a order by id limit 1 offset 11", user, wanted);
        }

        if (tool == "cancel_pending_order")
        {
            broken.Add(("another reason", With("reason", "changed my mind"))); // "Other reasons are not acceptable."
        }

        if (tool == "modify_user_address")
        {
            await Add("another customer's profile", "user_id", "select id from users where id <> $a order by id limit 1 offset 5", user);
        }

        if (method.Length > 0)
        {
            await Add("another customer's payment method", "payment_method_id", "select id from methods where user_id <> $a and id not in (select id from methods where user_id = $a) order by id limit 1 offset 3", user);
        }

        if (tool == "modify_pending_order_payment")
        {
            // "a single payment method different from the original payment method"
            await Add("the original payment method", "payment_method_id", "select paid_with from orders where id = $a", order);
            await Add("a gift card that does not cover it", "payment_method_id", "select m.id from methods m join orders o on o.user_id = m.user_id where o.id = $a and m.source = 'gift_card' and m.balance < o.total limit 1", order);
        }

        if (tool == "return_delivered_order_items")
        {
            // "either go to the original payment method, or an existing gift card"
            await Add("refund to another method", "payment_method_id", "select m.id from methods m join orders o on o.user_id = m.user_id where o.id = $a and m.source <> 'gift_card' and m.id <> o.paid_with limit 1", order);
        }

        if (args["item_ids"] is JsonArray { Count: > 0 } items)
        {
            var item = RetailWorld.Text(items[0]);
            await AddItem("an item that is not in the order", "item_ids", "select item_id from variants where item_id not in (select item_id from order_items where order_id = $a) order by item_id limit 1", order);
            if (Swapping.Contains(tool))
            {
                // "an available new item of the same product but of different product option"
                await AddItem("another product", "new_item_ids", "select item_id from variants where available = 1 and product_id <> (select product_id from variants where item_id = $a) order by item_id limit 1", item);
                await AddItem("not available", "new_item_ids", "select item_id from variants where available = 0 and item_id <> $a and product_id = (select product_id from variants where item_id = $a) order by item_id limit 1", item);
                await AddItem("no such item", "new_item_ids", "select '0000000000'");
                await AddItem("the same item again", "new_item_ids", "select $a", item);
                var fewer = Copy();
                fewer["new_item_ids"]!.AsArray().RemoveAt(0);
                broken.Add(("fewer new items than old", fewer));
                await AddPoorCardAsync(item);
            }
        }

        return broken;

        JsonObject Copy() => (JsonObject)args.DeepClone();

        JsonObject With(string key, string value)
        {
            var copy = Copy();
            copy[key] = value;
            return copy;
        }

        async Task Add(string kind, string key, string sql, params string[] values)
        {
            if (await world.AskAsync(sql, cancellationToken, values) is { Length: > 0 } value && value != RetailWorld.Text(args[key]))
            {
                broken.Add((kind, With(key, value)));
            }
        }

        async Task AddItem(string kind, string key, string sql, params string[] values)
        {
            if (await world.AskAsync(sql, cancellationToken, values) is { Length: > 0 } value)
            {
                var copy = Copy();
                copy[key]!.AsArray()[0] = value;
                broken.Add((kind, copy));
            }
        }

        // "If the user provides a gift card, it must have enough balance to cover the price difference."
        async Task AddPoorCardAsync(string item)
        {
            const string Dearest = "select item_id from variants where available = 1 and item_id <> $a and product_id = (select product_id from variants where item_id = $a) order by price desc limit 1";
            var dear = await world.AskAsync(Dearest, cancellationToken, item);
            var card = await world.AskAsync(
                "select m.id from methods m where m.user_id = $a and m.source = 'gift_card' and m.balance < (select price from variants where item_id = $b) - (select price from order_items where order_id = $c and item_id = $d limit 1)",
                cancellationToken, user, dear, order, item);
            if (card.Length > 0)
            {
                var copy = Copy();
                copy["item_ids"] = new JsonArray(item);
                copy["new_item_ids"] = new JsonArray(dear);
                copy["payment_method_id"] = card;
                broken.Add(("a gift card that does not cover the difference", copy));
            }
        }
    }
}
