using System.Collections.Immutable;
using Npgsql;

namespace AiManager.Memory;

/// <summary>How what is remembered becomes vectors, and where those are searched.</summary>
public sealed class VectorOptions
{
    /// <summary>Hashed words, searched in the process: needs nothing.</summary>
    public static VectorOptions Offline { get; } = new();

    /// <summary>The model that makes vectors; null for hashed words, which need none.</summary>
    public EmbeddingOptions? Embeddings { get; init; }

    /// <summary>Where they are searched. Default in the process.</summary>
    public VectorHome Home { get; init; } = new VectorHome.Process();

    /// <summary>Whether words with these labels may go to that model. Default only those that have none.</summary>
    public Func<ImmutableArray<string>, bool> MayBeTold { get; init; } = labels => labels.IsEmpty;

    /// <summary>True when nothing is made or searched otherwise than by <paramref name="other"/>.</summary>
    internal bool IsSame(VectorOptions other) => Embeddings == other.Embeddings && Home == other.Home;
}

/// <summary>An endpoint that speaks OpenAI's <c>/embeddings</c>.</summary>
/// <param name="Url">Its base address, such as <c>http://127.0.0.1:11434/v1</c>.</param>
/// <param name="Model">The model's name there. Vectors of two names are never compared.</param>
public sealed record EmbeddingOptions(Uri Url, string Model)
{
    /// <summary>The key; null where it wants none. It never turns up in a message.</summary>
    public string? Key { get; init; }

    /// <summary>How many numbers are asked for, 1 to 16,000; null for as many as the model gives.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Longest wait for one reply. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Model} at {Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";
}

/// <summary>Where vectors are searched.</summary>
public abstract record VectorHome
{
    private VectorHome()
    {
    }

    /// <summary>What opens it and must not turn up anywhere; null where nothing does.</summary>
    public virtual string? Secret => null;

    /// <summary>In this process, exactly.</summary>
    public sealed record Process : VectorHome;

    /// <summary>In Qdrant, over REST.</summary>
    /// <param name="Url">Where it listens, such as <c>http://127.0.0.1:6333</c>.</param>
    /// <param name="Tenant">Whose vectors these are there: nobody else's are found, counted or taken out.</param>
    public sealed record Qdrant(Uri Url, string Tenant) : VectorHome
    {
        /// <summary>The <c>api-key</c>; null where it wants none. It never turns up in a message.</summary>
        public string? Key { get; init; }

        /// <inheritdoc/>
        public override string? Secret => Key;

        /// <summary>Longest wait for one reply. Default 2 s: whoever searches waits for it.</summary>
        public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

        /// <summary>Without the key.</summary>
        public override string ToString() => $"Qdrant at {Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}, tenant {Tenant}";
    }

    /// <summary>In PostgreSQL, by its extension pgvector.</summary>
    /// <param name="Connection">As Npgsql reads it; null for the store's own database, and in the process where the store is none of PostgreSQL. It never turns up in a message.</param>
    /// <param name="Tenant">Whose vectors these are there.</param>
    public sealed record Pgvector(string? Connection, string Tenant) : VectorHome
    {
        /// <summary>Whose vectors are in a store's own database: one company has one store.</summary>
        public const string OfStore = "store";

        /// <inheritdoc/>
        public override string? Secret => Connection is null ? null : new NpgsqlConnectionStringBuilder(Connection).Password;

        /// <summary>Longest wait for one reply. Default 2 s: whoever searches waits for it.</summary>
        public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

        /// <summary>Without the connection, which may hold a password.</summary>
        public override string ToString() => $"pgvector, tenant {Tenant}";
    }
}
