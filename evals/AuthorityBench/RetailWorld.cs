using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using AiManager.Host;

namespace AiManager.Evals;

/// <summary>The shop: its records as JSON for what its tools give, and as tables for the facts. Plays what an expected action does to them.</summary>
internal sealed class RetailWorld : IAsyncDisposable
{
    private readonly DbDataSource _database;

    private RetailWorld(string file, JsonObject db) =>
        (_database, Db) = (new SqliteProvider().Open(SqliteProvider.NewFile(file), isReadOnly: false), db);

    public JsonObject Db { get; }

    public JsonObject Orders => Db["orders"]!.AsObject();

    public JsonObject Users => Db["users"]!.AsObject();

    public JsonObject Products => Db["products"]!.AsObject();

    public static async Task<RetailWorld> OpenAsync(string file, JsonObject db, CancellationToken cancellationToken)
    {
        var world = new RetailWorld(file, db);
        await world.FillAsync(cancellationToken);
        return world;
    }

    /// <summary>What a reading tool gives.</summary>
    public JsonNode Read(string tool, JsonObject args)
    {
        JsonNode? found = tool switch
        {
            "find_user_id_by_email" => Users.FirstOrDefault(u => Same(u.Value!["email"], args["email"])).Key,
            "find_user_id_by_name_zip" => Users.FirstOrDefault(u =>
                Same(u.Value!["name"]!["first_name"], args["first_name"]) && Same(u.Value["name"]!["last_name"], args["last_name"]) && Same(u.Value["address"]!["zip"], args["zip"])).Key,
            "get_user_details" => Users[Text(args["user_id"])]?.DeepClone(),
            "get_order_details" => Orders[Text(args["order_id"])]?.DeepClone(),
            "get_product_details" => Products[Text(args["product_id"])]?.DeepClone(),
            "get_item_details" => Products.Select(p => p.Value!["variants"]![Text(args["item_id"])]).FirstOrDefault(v => v is not null)?.DeepClone(),
            "list_all_product_types" => new JsonObject(Products.Select(p => KeyValuePair.Create(Text(p.Value!["name"]), (JsonNode?)p.Key))),
            _ => new JsonObject(),
        };
        return found ?? new JsonObject { ["error"] = "not found" };
    }

    /// <summary>Does what a writing tool does.</summary>
    public async Task ApplyAsync(string tool, JsonObject args, CancellationToken cancellationToken)
    {
        if (Text(args["order_id"]) is not { Length: > 0 } id || Orders[id] is not JsonObject order)
        {
            return;
        }

        var status = tool switch
        {
            "cancel_pending_order" => "cancelled",
            "modify_pending_order_items" => "pending (item modified)",
            "exchange_delivered_order_items" => "exchange requested",
            "return_delivered_order_items" => "return requested",
            _ => null,
        };
        if (status is not null)
        {
            order["status"] = status;
            await RunAsync("update orders set status = $a where id = $b", cancellationToken, status, id);
        }

        if (tool == "modify_pending_order_payment")
        {
            await RunAsync("update orders set paid_with = $a where id = $b", cancellationToken, Text(args["payment_method_id"]), id);
        }
    }

    public async Task<string> AskAsync(string sql, CancellationToken cancellationToken, params string[] values)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, sql, values);
        return Convert.ToString(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) ?? string.Empty;
    }

    public static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? string.Empty;

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static bool Same(JsonNode? left, JsonNode? right) => string.Equals(Text(left), Text(right), StringComparison.OrdinalIgnoreCase);

    private async Task RunAsync(string sql, CancellationToken cancellationToken, params string[] values)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand Command(DbConnection connection, string sql, string[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this program's own constants; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "$" + (char)('a' + i);
            parameter.Value = values[i];
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Insert(
            """
            create table users(id text primary key);
            create table methods(id text, user_id text, source text, balance real, primary key (user_id, id));
            create table orders(id text primary key, user_id text, status text, paid_with text, total real);
            create table order_items(order_id text, item_id text, product_id text, price real);
            create table variants(item_id text primary key, product_id text, available integer, price real);
            create index items_of on order_items(order_id);
            """);
        foreach (var (id, user) in Users)
        {
            await Insert("insert into users values ($a)", id);
            foreach (var (method, details) in user!["payment_methods"]!.AsObject())
            {
                await Insert("insert into methods values ($a, $b, $c, cast($d as real))", method, id, Text(details!["source"]), Text(details["balance"]));
            }
        }

        foreach (var (id, order) in Orders)
        {
            var paid = order!["payment_history"]!.AsArray().FirstOrDefault();
            await Insert("insert into orders values ($a, $b, $c, $d, cast($e as real))", id, Text(order["user_id"]), Text(order["status"]), Text(paid?["payment_method_id"]), Text(paid?["amount"]));
            foreach (var item in order["items"]!.AsArray())
            {
                await Insert("insert into order_items values ($a, $b, $c, cast($d as real))", id, Text(item!["item_id"]), Text(item["product_id"]), Text(item["price"]));
            }
        }

        foreach (var (id, product) in Products)
        {
            foreach (var (item, variant) in product!["variants"]!.AsObject())
            {
                await Insert("insert into variants values ($a, $b, $c = 'true', cast($d as real))", item, id, Text(variant!["available"]), Text(variant["price"]));
            }
        }

        await transaction.CommitAsync(cancellationToken);

        async Task Insert(string sql, params string[] values)
        {
            await using var command = Command(connection, sql, values);
            command.Transaction = transaction;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
