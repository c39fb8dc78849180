using System.Collections.Immutable;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary>How long it is remembered what workflows did, as <c>memory</c> of <c>company.yaml</c> says; null for always. And where its vectors are searched.</summary>
/// <param name="Workflow">Goals and what became of them.</param>
/// <param name="Task">Tasks and what they gave.</param>
/// <param name="Decision">What people decided.</param>
internal sealed record MemorySettings(TimeSpan? Workflow, TimeSpan? Task, TimeSpan? Decision)
{
    private static readonly TimeSpan Least = TimeSpan.FromDays(1);
    private static readonly ImmutableArray<string> VectorKeys = ["qdrant", "pgvector", "key", "tenant", "timeout"];

    /// <summary>Where vectors are searched. Default in the process.</summary>
    public VectorHome Home { get; init; } = new VectorHome.Process();

    /// <summary>Everything, always.</summary>
    public static MemorySettings Always { get; } = new(null, null, null);

    /// <summary>Binds <c>memory</c>.</summary>
    public static MemorySettings Read(ConfigReader reader, ConfigNode.Map file, Placeholders placeholders)
    {
        if (reader.OptionalMap(file, "memory") is not { } memory)
        {
            return Always;
        }

        reader.Keys(memory, [.. MemoryKindNames.All, "vectors"]);
        return new MemorySettings(Kept(MemoryKind.Workflow), Kept(MemoryKind.Task), Kept(MemoryKind.Decision))
        {
            Home = reader.OptionalMap(memory, "vectors") is { } vectors ? ReadHome(reader, vectors, placeholders) : new VectorHome.Process(),
        };

        TimeSpan? Kept(MemoryKind kind)
        {
            var name = MemoryKindNames.Write(kind);
            var kept = reader.OptionalDuration(memory, name);
            if (kept < Least)
            {
                reader.Fault(memory[name]!.Place, $"'{name}' must be at least 1d.");
            }

            return kept;
        }
    }

    /// <summary>How long a kind is kept; null for always.</summary>
    public TimeSpan? Of(MemoryKind kind) => kind switch
    {
        MemoryKind.Workflow => Workflow,
        MemoryKind.Task => Task,
        _ => Decision,
    };

    private static VectorHome ReadHome(ConfigReader reader, ConfigNode.Map vectors, Placeholders placeholders)
    {
        reader.Keys(vectors, VectorKeys);
        if (vectors["qdrant"] is null == vectors["pgvector"] is null)
        {
            reader.Fault(vectors.Place, "'vectors' must name either 'qdrant' or 'pgvector': without 'vectors' they are searched in the process.");
            return new VectorHome.Process();
        }

        var timeout = EndpointSettings.Wait(reader, vectors);
        if (vectors["qdrant"] is null)
        {
            var database = ReadPgvector(reader, vectors, placeholders);
            return timeout is { } longest ? database with { Timeout = longest } : database;
        }

        var url = EndpointSettings.Url(reader, vectors, "qdrant", "http://127.0.0.1:6333", placeholders);
        EndpointSettings.IsFromEnvironment(reader, vectors);
        var home = new VectorHome.Qdrant(new Uri(url ?? "http://127.0.0.1"), ReadTenant(reader, vectors)) { Key = vectors["key"] is null ? null : placeholders.Fill(reader, vectors, "key") };
        return timeout is { } wait ? home with { Timeout = wait } : home;
    }

    private static VectorHome.Pgvector ReadPgvector(ConfigReader reader, ConfigNode.Map vectors, Placeholders placeholders)
    {
        if (vectors["key"] is { } key)
        {
            reader.Fault(key.Place, "'key' is Qdrant's: a password for PostgreSQL stands in the connection, which ${NAME} takes from the environment.");
        }

        if (reader.OptionalText(vectors, "pgvector") == VectorHome.Pgvector.OfStore)
        {
            if (vectors["tenant"] is { } tenant)
            {
                reader.Fault(tenant.Place, "'tenant' is for a database of others: the store's own holds this company's vectors and no others.");
            }

            return new VectorHome.Pgvector(null, VectorHome.Pgvector.OfStore);
        }

        EndpointSettings.IsFromEnvironment(reader, vectors, "pgvector", "connection, which may hold a password,");
        var connection = placeholders.Fill(reader, vectors, "pgvector");
        if (connection is not null && !PostgresStore.CanRead(connection))
        {
            reader.Fault(vectors["pgvector"]!.Place, "'pgvector' must be 'store', or a connection such as Host=db;Database=vectors;Username=aimanager;Password=….");
        }

        return new VectorHome.Pgvector(connection ?? "Host=127.0.0.1", ReadTenant(reader, vectors));
    }

    private static string ReadTenant(ConfigReader reader, ConfigNode.Map vectors)
    {
        var tenant = reader.OptionalText(vectors, "tenant") ?? string.Empty;
        if (string.IsNullOrWhiteSpace(tenant))
        {
            reader.Fault((vectors["tenant"] ?? vectors).Place, "'tenant' must say whose vectors these are there: another deployment of the same company, such as one for tests, needs another.");
        }

        return tenant;
    }
}
