using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.Memory;

/// <summary>What is sent to Qdrant, as its OpenAPI description has it; and how its points are called.</summary>
/// <param name="tenant">Whose vectors they are.</param>
internal sealed class QdrantBodies(string tenant)
{
    /// <summary>Fields of a point that are filtered by, each with an index.</summary>
    public static readonly IReadOnlyList<string> Indexed = [Tenant, Kind, Stream];

    private const string Tenant = "tenant";
    private const string Kind = "kind";
    private const string Stream = "stream";
    private const string Seq = "seq";

    /// <summary>A collection. Vectors have length 1, so the dot product is the cosine, and what has no words at all is like nothing.</summary>
    public static byte[] Collection(int dimensions) => Write(json =>
    {
        json.WriteStartObject("vectors");
        json.WriteNumber("size", dimensions);
        json.WriteString("distance", "Dot");
        json.WriteEndObject();
    });

    /// <summary>The index of a field; the tenant's keeps the points of each together.</summary>
    public static byte[] Index(string field) => Write(json =>
    {
        json.WriteString("field_name", field);
        json.WriteStartObject("field_schema");
        json.WriteString("type", "keyword");
        if (field == Tenant)
        {
            json.WriteBoolean("is_tenant", true);
        }

        json.WriteEndObject();
    });

    /// <summary>
    /// Points. One that is there and of a later change than any of these stays as it is; Qdrant before 1.16 knows no such condition and puts all. It is one condition for all of them:
    /// they were read from the tables at one moment, and what changed afterwards has a seq behind all of theirs.
    /// </summary>
    public byte[] Points(IReadOnlyCollection<PlacedVector> vectors) => Write(json =>
    {
        json.WriteStartObject("update_filter");
        json.WriteStartArray("must");
        json.WriteStartObject();
        json.WriteString("key", Seq);
        json.WriteStartObject("range");
        json.WriteNumber("lte", vectors.Max(v => v.Seq));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("points");
        foreach (var vector in vectors)
        {
            json.WriteStartObject();
            json.WriteString("id", PointOf(vector.Id));
            WriteNumbers(json, "vector", vector.Vector.Span);
            json.WriteStartObject("payload");
            json.WriteString(Tenant, tenant);
            json.WriteString("id", vector.Id);
            json.WriteNumber(Seq, vector.Seq);
            json.WriteString(Kind, vector.Kind);
            json.WriteString(Stream, vector.Stream);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>Points to take out.</summary>
    public byte[] Gone(IEnumerable<string> ids) => Write(json =>
    {
        json.WriteStartArray("points");
        foreach (var id in ids)
        {
            json.WriteStringValue(PointOf(id));
        }

        json.WriteEndArray();
    });

    /// <summary>All of the tenant's, for taking out or counting.</summary>
    public byte[] All(bool isCount) => Write(json =>
    {
        WriteFilter(json, VectorFilter.None);
        if (isCount)
        {
            json.WriteBoolean("exact", true);
        }
    });

    /// <summary>A search.</summary>
    public byte[] Query(float[] asked, int most, VectorFilter filter) => Write(json =>
    {
        WriteNumbers(json, "query", asked);
        WriteFilter(json, filter);
        json.WriteNumber("limit", most);
        WriteWhich(json);
    });

    /// <summary>Which points of the tenant there are, from one on; null for the first.</summary>
    public byte[] Scroll(int most, string? from) => Write(json =>
    {
        WriteFilter(json, VectorFilter.None);
        json.WriteNumber("limit", most);
        WriteWhich(json);
        if (from is not null)
        {
            json.WriteString("offset", from);
        }
    });

    /// <summary>The point of an id: two tenants' never meet.</summary>
    private string PointOf(string id) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}\n{id}")).AsSpan(0, 16)).ToString();

    private void WriteFilter(Utf8JsonWriter json, VectorFilter filter)
    {
        json.WriteStartObject("filter");
        json.WriteStartArray("must");
        WriteMatch(json, Tenant, tenant);
        if (filter.Kinds.Count > 0)
        {
            json.WriteStartObject();
            json.WriteString("key", Kind);
            json.WriteStartObject("match");
            json.WriteStartArray("any");
            foreach (var kind in filter.Kinds)
            {
                json.WriteStringValue(kind);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (filter.Except is { } except)
        {
            json.WriteStartArray("must_not");
            WriteMatch(json, Stream, except);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteMatch(Utf8JsonWriter json, string key, string value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartObject("match");
        json.WriteString("value", value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteWhich(Utf8JsonWriter json)
    {
        json.WriteStartArray("with_payload");
        json.WriteStringValue("id");
        json.WriteStringValue(Seq);
        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<float> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static byte[] Write(Action<Utf8JsonWriter> body)
    {
        using var written = new MemoryStream();
        using (var json = new Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        return written.ToArray();
    }
}
