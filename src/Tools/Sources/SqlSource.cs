using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One database of the company: how to reach it, when it is there, and whether it remembers keys.</summary>
internal sealed class SqlSource(string name, string connectionString, ImmutableArray<string> secrets, ISqlProvider engines, TimeProvider clock, TimeZoneInfo zone)
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    private readonly ISqlProvider _provider = engines.For(connectionString);
    private readonly Lazy<DbDataSource> _reading = new(() => engines.For(connectionString).Open(connectionString, isReadOnly: true));
    private readonly Lazy<DbDataSource> _writing = new(() => engines.For(connectionString).Open(connectionString, isReadOnly: false));
    private volatile bool _storesKeys;

    private readonly List<(SqlText Sql, ConfigPlace Place)> _statements = [];

    public string Name => name;

    public ISqlProvider Provider => _provider;

    public SqlMoment Moment => SqlMoment.Of(clock.GetUtcNow(), zone);

    /// <summary>An open connection. Throws <see cref="SqlFaultException"/>; the engine's own words stay inside, they may hold the connection string.</summary>
    public async Task<DbConnection> OpenAsync(bool isReadOnly, CancellationToken cancellationToken)
    {
        try
        {
            return await (isReadOnly ? _reading : _writing).Value.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is DbException or ArgumentException or InvalidOperationException or IOException or TimeoutException)
        {
            throw new SqlFaultException($"The database of '{name}' cannot be reached.", SqlFaultKind.Busy);
        }
    }

    /// <summary>A command for text of <c>tools.yaml</c>, with the parameters that it names.</summary>
    public DbCommand Command(DbConnection connection, SqlText sql, JsonElement args, string? key, TimeSpan timeout)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the company's own SQL, from its own file; what a model wrote is only ever a parameter
        command.CommandText = sql.Text;
#pragma warning restore CA2100
        command.CommandTimeout = Math.Max(1, (int)timeout.TotalSeconds);
        var moment = Moment;
        foreach (var parameter in sql.Parameters)
        {
            Add(command, parameter, parameter switch
            {
                "now" => moment.Now,
                "today" => moment.Today,
                "key" => (object?)key ?? DBNull.Value,
                _ => args.ValueKind == JsonValueKind.Object && args.TryGetProperty(parameter, out var value) ? Bind(value) : DBNull.Value,
            });
        }

        return command;
    }

    /// <summary>A statement of <c>tools.yaml</c> that is looked at when the source is checked.</summary>
    public void Remember(SqlText sql, ConfigPlace place) => _statements.Add((sql, place));

    /// <summary>What the engine says of every statement that it would not run; nothing is run. An engine that wants to know the types of what it is given is only shown those that are given nothing.</summary>
    public async Task<ImmutableArray<string>> FaultsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(isReadOnly: true, cancellationToken);
        var faults = ImmutableArray.CreateBuilder<string>();
        foreach (var (sql, place) in _statements)
        {
            await using var command = Command(connection, sql, JsonText.EmptyObject.ToElement(), key: null, LongestLook);
            try
            {
                await command.PrepareAsync(cancellationToken);
            }
            catch (DbException fault) when (_provider.Judge(fault) != SqlFaultKind.Busy)
            {
                faults.Add($"{place}: {Explain(fault).Message}");
            }
            catch (Exception untyped) when (untyped is InvalidOperationException or NotSupportedException or DbException)
            {
            }
        }

        return faults.ToImmutable();
    }

    public void Add(DbCommand command, string name, object value) => _provider.Add(command, name, value);

    /// <summary>True when the database has the table in which effects and their keys are stored. A yes is remembered, a no is asked again.</summary>
    public async ValueTask<bool> StoresKeysAsync(CancellationToken cancellationToken)
    {
        if (_storesKeys)
        {
            return true;
        }

        await using var connection = await OpenAsync(isReadOnly: true, cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "select key, result, at from aimanager_effects where 1 = 0";
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return _storesKeys = true;
        }
        catch (DbException fault) when (_provider.Judge(fault) != SqlFaultKind.Busy)
        {
            return false;
        }
        catch (DbException)
        {
            throw new SqlFaultException($"The database of '{name}' is busy.", SqlFaultKind.Busy);
        }
    }

    /// <summary>Creates the table; harmless when it is there.</summary>
    public async Task CreateEffectsTableAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(isReadOnly: false, cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "create table if not exists aimanager_effects (key text primary key, result text, at text)";
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (DbException fault)
        {
            throw Explain(fault);
        }
    }

    /// <summary>An error of the engine in words that may be shown.</summary>
    public SqlFaultException Explain(DbException fault)
    {
        var kind = _provider.Judge(fault);
        var words = secrets.Add(connectionString).Where(s => s.Length > 3).Aggregate(fault.Message, (text, secret) => text.Replace(secret, "…", StringComparison.Ordinal));
        return new SqlFaultException(
            kind switch
            {
                SqlFaultKind.Constraint => $"The data of '{name}' does not allow it: {words}",
                SqlFaultKind.Busy => $"The database of '{name}' is busy.",
                _ => $"The database of '{name}' refused the statement: {words}",
            },
            kind);
    }

    private object Bind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => DBNull.Value,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetDecimal(out var number) => _provider.Bind(number),
        _ => CanonicalJson.Of(JsonText.Of(value)).Text,
    };
}

/// <summary>A database did not do what it was asked, in words for people and agents.</summary>
internal sealed class SqlFaultException(string message, SqlFaultKind kind) : Exception(message)
{
    public SqlFaultKind Kind { get; } = kind;
}
