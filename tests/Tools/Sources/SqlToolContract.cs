using System.Text.Json;
using AiManager.Host;

namespace AiManager.Tools.Tests;

/// <summary>What a tool in SQL may rely on, whichever engine is behind it.</summary>
public abstract class SqlToolContract : IAsyncLifetime
{
    private const string Source = """
        sources:
          - name: test
            kind: sql
            connection: "${db}"
            tools:
              - { name: all, effect: observe, rows: 3, sql: "select id, name, price, paid from things order by id" }
              - { name: due, effect: observe, parameters: { before: string? }, sql: "select name from things where (due <= :before or (:before is null and due <= :today)) and made <= :now order by id" }
              - { name: sneaky, effect: observe, sql: "insert into things (id, name) values (99, 'written by a read')" }
              - { name: echo, effect: compute, parameters: { text: string, whole: integer, fine: number, flag: boolean }, sql: "select name as text, :whole + 1 as whole, price + :fine as fine from things where name = :text and paid = :flag" }
              - { name: add, effect: write-reversible, parameters: { id: integer, name: string, price: number? }, sql: "insert into things (id, name, price, due, made) values (:id, :name, :price, :today, :now); select id, name, price from things where id = :id" }
              - { name: slow, effect: observe, timeout: 1s, sql: "SLOW" }
              - name: priced
                effect: spend
                parameters: { id: integer }
                money: facts.price
                facts: { price: { type: number, sql: "select price from things where id = :id" } }
                precondition: { sql: "select 1 from things where id = :id and paid = false", reason: It is paid. }
                sql: "update things set paid = true where id = :id"
        """;

    private Shop _shop = null!;

    /// <summary>Of an empty database, new for each test.</summary>
    protected abstract string Connection { get; }

    /// <summary>A statement that takes for ever.</summary>
    protected abstract string Slow { get; }

    public async Task InitializeAsync()
    {
        await MakeDatabaseAsync();
        await RunAsync("create table things (id integer primary key, name text unique, price numeric(12, 2), paid boolean default false, due date, made timestamp)");
        await RunAsync("insert into things (id, name, price, paid, due, made) values (1, 'bolt', 12.50, false, '2026-11-20', '2026-11-01 08:00:00'), (2, 'it''s :odd', 3, true, '2026-11-22', '2026-11-01 08:00:00')");
        await RunAsync("create table aimanager_effects (key text primary key, result text, at text)");
        _shop = await Shop.OpenAsync([.. Bind().Tools.Where(t => t.Name.StartsWith("test.", StringComparison.Ordinal))]);
    }

    public async Task DisposeAsync()
    {
        _shop.Dispose();
        await DropDatabaseAsync();
    }

    [Fact]
    public async Task Values_keep_their_kinds()
    {
        var rows = (await DoneAsync("all", "{}")).GetProperty("rows").EnumerateArray().Select(r => (r.GetProperty("id").GetInt32(), r.GetProperty("name").GetString(), r.GetProperty("price").GetDecimal()));
        Assert.Equal([(1, "bolt", 12.5m), (2, "it's :odd", 3m)], rows);
        var row = (await DoneAsync("echo", """{"text":"bolt","whole":41,"fine":0.25,"flag":false}""")).GetProperty("rows")[0];
        Assert.Equal(("bolt", 42, 12.75m), (row.GetProperty("text").GetString(), row.GetProperty("whole").GetInt32(), row.GetProperty("fine").GetDecimal()));
    }

    [Fact]
    public async Task What_a_model_writes_is_a_value_and_never_a_statement()
    {
        await DoneAsync("add", """{"id":7,"name":"x'); drop table things; --"}""");
        Assert.Equal(3, (await DoneAsync("all", "{}")).GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task The_moment_of_the_call_is_known_as_a_day_and_as_a_time()
    {
        Assert.Equal("""{"rows":[{"name":"bolt"}]}""", (await DoneAsync("due", "{}")).GetRawText());
        Assert.Equal(2, (await DoneAsync("due", """{"before":"2026-12-01"}""")).GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task A_read_cannot_write()
    {
        Assert.StartsWith("The database of 'test' refused the statement", await FailAsync("sneaky", "{}"), StringComparison.Ordinal);
        Assert.Equal(2L, Convert.ToInt64(await RunAsync("select count(*) from things")));
    }

    [Fact]
    public async Task More_rows_than_the_tool_gives_are_refused_and_not_cut()
    {
        await RunAsync("insert into things (id, name) values (3, 'c'), (4, 'd')");
        Assert.StartsWith("The result is too large: more than 3 rows", await FailAsync("all", "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_intent_that_is_sent_again_is_applied_once()
    {
        var call = _shop.Call("test.add", """{"id":7,"name":"nut","price":0.10}""");
        _shop.Crash.At = CrashPoint.AfterToolRan;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => _shop.CallAsync(call));
        _shop.Log.Crash();
        var settled = Assert.IsType<CallResult.Settled>(await _shop.CallAsync(call));
        Assert.Equal((CallOutcome.Succeeded, 0.1m), (settled.Outcome, settled.Result.ToElement().GetProperty("rows")[0].GetProperty("price").GetDecimal()));
        Assert.Equal(1L, Convert.ToInt64(await RunAsync("select count(*) from aimanager_effects")));
    }

    [Fact]
    public async Task A_write_that_the_data_refuses_leaves_nothing()
    {
        Assert.StartsWith("The data of 'test' does not allow it", await FailAsync("add", """{"id":8,"name":"bolt"}"""), StringComparison.Ordinal);
        Assert.Equal(0L, Convert.ToInt64(await RunAsync("select count(*) from aimanager_effects")));
    }

    [Fact]
    public async Task Facts_and_preconditions_are_read_where_the_data_is()
    {
        var call = _shop.Call("test.priced", """{"id":1}""");
        Assert.IsType<CallResult.Settled>(await _shop.CallAsync(call));
        Assert.Equal(12.5m, decimal.Parse(_shop.Log.State.Calls[call.Call].Settled!.Cost!.Amount, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("It is paid.", Assert.IsType<CallResult.Refused>(await _shop.CallAsync(_shop.Call("test.priced", """{"id":1}"""))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_precondition_is_looked_at_once_more_in_the_transaction_of_the_write()
    {
        var call = _shop.Call("test.priced", """{"id":1}""");
        _shop.Crash.At = CrashPoint.AfterCallStarted;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => _shop.CallAsync(call));
        _shop.Log.Crash();
        await RunAsync("update things set paid = true where id = 1"); // somebody else did it between the gate's look and the write
        var settled = Assert.IsType<CallResult.Settled>(await _shop.CallAsync(call));
        Assert.Equal(CallOutcome.Failed, settled.Outcome);
        Assert.Contains("It is paid.", settled.Result.Text, StringComparison.Ordinal);
        Assert.Equal(0L, Convert.ToInt64(await RunAsync("select count(*) from aimanager_effects")));
    }

    [Fact]
    public async Task A_statement_that_takes_for_ever_is_ended_and_does_not_go_on_by_itself()
    {
        var call = _shop.CallAsync(_shop.Call("test.slow", "{}"));
        while (!call.IsCompleted)
        {
            _shop.Time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        Assert.Equal(CallOutcome.Failed, Assert.IsType<CallResult.Settled>(await call).Outcome);
        await EndedAsync();
    }

    [Fact]
    public async Task An_error_of_the_engine_shows_no_part_of_the_connection()
    {
        var catalog = Bind("select * from nowhere");
        var tool = catalog.Tools.Single(t => t.Name == "test.slow");
        using var shop = await Shop.OpenAsync(tool with { Info = tool.Info with { Timeout = TimeSpan.FromSeconds(30) } });
        var settled = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("test.slow", "{}")));
        Assert.Contains("nowhere", settled.Result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Connection, settled.Result.Text, StringComparison.Ordinal);
    }

    protected abstract Task MakeDatabaseAsync();

    protected abstract Task DropDatabaseAsync();

    /// <summary>Waits until nothing runs in the database.</summary>
    protected abstract Task EndedAsync();

    /// <summary>As somebody else; the first column of the first row.</summary>
    protected async Task<object?> RunAsync(string sql)
    {
        await using var database = new SqlEngines().Open(Connection, isReadOnly: false);
        await using var connection = await database.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a test's own text
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    private Catalog Bind(string? slow = null)
    {
        var reader = new ConfigReader();
        var catalog = new CatalogBinder(new SqlEngines(), name => name == "db" ? Connection : null, new Contracts.ManualTime(), TimeZoneInfo.Utc, new CrashDouble(), reader)
            .Bind(Shop.Bundle(Source.Replace("SLOW", slow ?? Slow, StringComparison.Ordinal), "version: 1\nrules: []"));
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        return catalog;
    }

    private async Task<JsonElement> DoneAsync(string tool, string args)
    {
        var settled = Assert.IsType<CallResult.Settled>(await _shop.CallAsync(_shop.Call("test." + tool, args)));
        Assert.True(settled.Outcome == CallOutcome.Succeeded, settled.Result.Text);
        return settled.Result.ToElement();
    }

    private async Task<string> FailAsync(string tool, string args)
    {
        var settled = Assert.IsType<CallResult.Settled>(await _shop.CallAsync(_shop.Call("test." + tool, args)));
        Assert.Equal(CallOutcome.Failed, settled.Outcome);
        return settled.Result.ToElement().GetProperty("error").GetString()!;
    }
}

public sealed class SqliteToolTests : SqlToolContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-sql-").FullName;

    protected override string Connection => $"Data Source={Path.Combine(_folder, "it.db")};Pooling=False";

    protected override string Slow => "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as n from n";

    protected override async Task MakeDatabaseAsync()
    {
        await using var database = new SqliteProvider().Open(SqliteProvider.NewFile(Path.Combine(_folder, "it.db")), isReadOnly: false);
        await using var connection = await database.OpenConnectionAsync();
    }

    protected override Task DropDatabaseAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A reader that goes on would keep a change of the schema from being made.</summary>
    protected override async Task EndedAsync() => await RunAsync("create table after_all (id integer)");
}

[Contracts.NeedsPostgres]
public sealed class PostgresToolTests : SqlToolContract
{
    private string _connection = string.Empty;

    protected override string Connection => _connection;

    protected override string Slow => "select count(*) as n from generate_series(1, 100000) a, generate_series(1, 100000) b";

    protected override async Task MakeDatabaseAsync() => _connection = await Contracts.PostgresServer.NewDatabaseAsync() + ";Pooling=False";

    protected override Task DropDatabaseAsync() => Task.CompletedTask;

    protected override async Task EndedAsync()
    {
        // The server ends it a moment after it was told.
        while (Convert.ToInt64(await RunAsync("select count(*) from pg_stat_activity where state = 'active' and query like '%generate_series%' and pid <> pg_backend_pid()")) > 0)
        {
            await Task.Yield();
        }
    }
}
