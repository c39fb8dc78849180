using AiManager.Memory;

namespace AiManager.Host;

/// <summary>Where everything of a deployment is kept: in the data folder of one process, or in a store that many share.</summary>
internal abstract class StoreSetting
{
    /// <summary>The environment variable that names a shared store.</summary>
    public const string Variable = "AIMANAGER_STORE";

    private StoreSetting()
    {
    }

    /// <summary>What the command line, or else the environment, asks for. Throws <see cref="UsageException"/> for what names no store; it repeats nothing of it.</summary>
    /// <param name="option"><c>--store</c>; null when it was not given.</param>
    /// <param name="environment">Looks up a variable; null when it is not set.</param>
    public static StoreSetting Of(string? option, Func<string, string?> environment)
    {
        var (connection, where) = option is not null ? (option, "--store") : (environment(Variable), Variable);
        if (string.IsNullOrWhiteSpace(connection))
        {
            return option is null ? new Folder() : throw Malformed(where);
        }

        return PostgresStore.CanRead(connection) ? new Shared(connection) : throw Malformed(where);
    }

    private static UsageException Malformed(string where) =>
        new($"{where} is no connection string of a PostgreSQL store. It looks like this: Host=db.example.com;Database=aimanager;Username=aimanager;Password=…");

    /// <summary>In the data folder.</summary>
    public sealed class Folder : StoreSetting;

    /// <summary>In a store that any number of hosts share. What names it is a secret.</summary>
    public sealed class Shared(string connection) : StoreSetting
    {
        /// <summary>For the driver of the database and nobody else.</summary>
        public string Reveal() => connection;

        /// <summary>Not the connection, so that it cannot slip into a log.</summary>
        public override string ToString() => "the shared store";
    }
}
