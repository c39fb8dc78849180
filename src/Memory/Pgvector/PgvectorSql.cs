using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Memory;

/// <summary>
/// Statements about the vectors of one tenant's space. Constant text but for the table's name, which is a digest made here, and the number of dimensions: an index is used only where
/// both are written into the statement. Everything else is a parameter.
/// </summary>
/// <param name="table">Its name.</param>
internal sealed class PgvectorSql(string table)
{
    /// <summary>What the database says of the extension: the version in use and the one that could be.</summary>
    public const string Offer =
        "select (select extversion from pg_extension where extname = 'vector'), (select default_version from pg_available_extensions where name = 'vector')";

    /// <summary>Takes the extension into use.</summary>
    public const string Extend = "create extension if not exists vector";

    /// <summary>Only one makes or drops tables at a time, until its transaction ends.</summary>
    public const string Lock = "select pg_advisory_xact_lock(@key)";

    /// <summary>Which tables there are, and whose.</summary>
    public const string Register =
        "create table if not exists aimanager_vector_spaces (name text primary key, tenant text not null, space text not null, dimensions integer not null, indexed integer not null)";

    /// <summary>Adds one.</summary>
    public const string Enter = "insert into aimanager_vector_spaces (name, tenant, space, dimensions, indexed) values (@name, @tenant, @space, @dimensions, @indexed) on conflict (name) do nothing";

    /// <summary>What is known of one.</summary>
    public const string Known = "select dimensions, indexed from aimanager_vector_spaces where name = @name";

    /// <summary>All of a tenant.</summary>
    public const string OfTenant = "select name from aimanager_vector_spaces where tenant = @tenant";

    /// <summary>None of a tenant.</summary>
    public const string Strike = "delete from aimanager_vector_spaces where tenant = @tenant";

    /// <summary>For the transaction alone: how far a search through the graph looks, and that it goes on while the filter leaves too few.</summary>
    public const string SearchFar = "select set_config('hnsw.ef_search', @far, true), set_config('hnsw.iterative_scan', 'relaxed_order', true)";

    /// <summary>The same for a version that stops where it has looked so far.</summary>
    public const string SearchFarOnce = "select set_config('hnsw.ef_search', @far, true)";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private const string Prefix = "aimanager_vectors_";
    private const string Wanted = "(cardinality(@kinds) = 0 or kind = any(@kinds)) and (@except = '' or stream <> @except)";

    // PostgreSQL's own order: a product is negative there, so that the likest come first.
    private const string Away = "vector <#> (@asked)::vector";

    /// <summary>Takes vectors out.</summary>
    public string Remove { get; } = $"delete from {table} where id = any(@ids)";

    /// <summary>How many there are.</summary>
    public string Count { get; } = $"select count(*) from {table}";

    /// <summary>Some of those that are there, behind an id.</summary>
    public string List { get; } = $"select id, seq from {table} where id > @after order by id limit @most";

    /// <summary>Puts vectors, whose numbers come one after the other.</summary>
    public string Put { get; } =
        $"""
        insert into {table} (id, seq, kind, stream, vector)
        select (@ids)[i], (@seqs)[i], (@kinds)[i], (@streams)[i], ((@numbers)[(i - 1) * @length + 1 : i * @length])::vector from generate_series(1, cardinality(@ids)) i
        on conflict (id) do update set seq = excluded.seq, kind = excluded.kind, stream = excluded.stream, vector = excluded.vector where {table}.seq <= excluded.seq
        """;

    /// <summary>The name of a tenant's table for a space.</summary>
    public static string TableOf(string tenant, string space) => Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}\n{space}")).AsSpan(0, 16));

    /// <summary>Takes a table away; null for a name that is none of ours.</summary>
    public static string? Drop(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.AsSpan(Prefix.Length).IndexOfAnyExcept(Digits) < 0 ? $"drop table if exists {name}" : null;

    /// <summary>The table with its index, each statement harmless where it is there.</summary>
    public IEnumerable<string> Make(int dimensions, PgvectorIndex index)
    {
        yield return Numbered($"create table if not exists {table} (id text primary key, seq bigint not null, kind text not null, stream text not null, vector vector({dimensions}) not null)");
        if (index is not PgvectorIndex.None)
        {
            yield return index is PgvectorIndex.Whole
                ? $"create index if not exists {table}_near on {table} using hnsw (vector vector_ip_ops)"
                : Numbered($"create index if not exists {table}_near on {table} using hnsw ((vector::halfvec({dimensions})) halfvec_ip_ops)");
        }
    }

    /// <summary>A search: what the index finds, in the order of the vectors themselves.</summary>
    public string Nearest(int dimensions, PgvectorIndex index) => index is PgvectorIndex.Halves
        ? Numbered($"with near as materialized (select id, seq, {Away} as away from {table} where {Wanted} order by vector::halfvec({dimensions}) <#> (@asked)::halfvec({dimensions}) limit 2 * @most) select id, seq, -away from near order by away, id limit @most")
        : $"with near as materialized (select id, seq, {Away} as away from {table} where {Wanted} order by {Away} limit @most) select id, seq, -away from near order by away, id";

    private static string Numbered(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
