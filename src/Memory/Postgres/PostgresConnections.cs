using System.Globalization;
using AiManager.Domain;
using Npgsql;

namespace AiManager.Memory;

/// <summary>The four kinds of connection of a shared store, made from the one string that names it.</summary>
internal sealed class PostgresConnections
{
    // Whatever the plan was made for, a batch goes from its few keys to the rows by index; on tables that nobody has analysed yet the planner would
    // rather read them whole. Planning anew each time costs more than it gains.
    private const string WriterSettings =
        "-c synchronous_commit=on -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan";

    // A reader of all streams asks several things in one go and relies on each being answered as of when it is asked. Nothing that readers set outlives their
    // transactions, so that no connection has to be cleared before somebody else has it.
    private const string ReaderSettings = @"-c default_transaction_isolation=read\ committed";

    private const int MostPrepared = 64;

    // The console alone asks in so many ways.
    private const int MostReads = 160;
    private const int KeepAliveSeconds = 15;

    private PostgresConnections(NpgsqlConnectionStringBuilder given, int reads, TimeSpan longestPause)
    {
        // A host that is frozen between two round trips of a batch holds its rows until it wakes, or for ever: whoever would take over passes them by, and all others wait.
        var settings = string.Create(CultureInfo.InvariantCulture, $"{WriterSettings} -c idle_in_transaction_session_timeout={(long)longestPause.TotalMilliseconds}");
        Name = $"{given.Host}/{given.Database}";
        given.ApplicationName ??= "aimanager";
        given.KeepAlive = given.KeepAlive == 0 ? KeepAliveSeconds : given.KeepAlive;
        Reading = new NpgsqlConnectionStringBuilder(given.ConnectionString)
        {
            MaxPoolSize = reads,
            MinPoolSize = 0,
            MaxAutoPrepare = MostReads,
            NoResetOnClose = true,
            Options = With(given.Options, ReaderSettings),
        }.ConnectionString;
        Proving = new NpgsqlConnectionStringBuilder(given.ConnectionString) { MaxPoolSize = 2, MinPoolSize = 0, CommandTimeout = 0 }.ConnectionString;
        Listening = new NpgsqlConnectionStringBuilder(given.ConnectionString) { Pooling = false }.ConnectionString;
        Writing = new NpgsqlConnectionStringBuilder(given.ConnectionString)
        {
            Pooling = false,
            MaxAutoPrepare = MostPrepared,
            AutoPrepareMinUsages = 2,
            Options = With(given.Options, settings),
        }.ConnectionString;

        static string With(string? options, string more) => string.IsNullOrEmpty(options) ? more : $"{options} {more}";
    }

    /// <summary>Host and database, for people; never the password.</summary>
    public string Name { get; }

    /// <summary>For the pool of readers.</summary>
    public string Reading { get; }

    /// <summary>For going through all of it, which takes as long as it takes.</summary>
    public string Proving { get; }

    /// <summary>For the one writer.</summary>
    public string Writing { get; }

    /// <summary>For the one listener.</summary>
    public string Listening { get; }

    /// <summary>Throws <see cref="StoreUnavailableException"/> for text that names no store; it says nothing of the text, which may hold a password in the wrong place.</summary>
    public static PostgresConnections Of(string connectionString, int reads, TimeSpan longestPause)
    {
        NpgsqlConnectionStringBuilder given;
        try
        {
            given = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception cause) when (cause is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new StoreUnavailableException("The store's connection string cannot be read. It looks like this: Host=db;Database=aimanager;Username=aimanager;Password=…");
        }

        return string.IsNullOrEmpty(given.Host)
            ? throw new StoreUnavailableException("The store's connection string names no host. It looks like this: Host=db;Database=aimanager;Username=aimanager;Password=…")
            : new PostgresConnections(given, reads, longestPause);
    }
}
