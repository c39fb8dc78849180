using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.Memory;

/// <summary>
/// Vectors in Qdrant over REST: a collection for each space, in it the points of this tenant. It holds ids and numbers, and no words. It asks once; a pause before the next try is the
/// business of whoever asked.
/// </summary>
internal sealed class QdrantVectors : IVectorPlace
{
    private const string Prefix = "aimanager-";
    private const int AtOnce = 200;
    private const int Page = 1_000;
    private const int LongestName = 60;
    private const int MostBytes = 16 * 1024 * 1024;

    private readonly VectorHome.Qdrant _home;
    private readonly QdrantBodies _bodies;
    private readonly HttpClient _http;
    private readonly string _collection;

    // How many numbers the vectors of the collection have; null until that was looked at, or when it was found to be gone.
    private int? _dimensions;

    public QdrantVectors(VectorHome.Qdrant home, string space)
    {
        (_home, _bodies, _collection) = (home, new QdrantBodies(home.Tenant), Prefix + Slug(space));
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = new Uri(home.Url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"),
            Timeout = home.Timeout,
            MaxResponseContentBufferSize = MostBytes,
        };
        if (home.Key is { Length: > 0 } key)
        {
            _http.DefaultRequestHeaders.Add("api-key", key);
        }
    }

    /// <inheritdoc/>
    public string Name => _home.ToString();

    /// <inheritdoc/>
    public bool IsKept => true;

    /// <inheritdoc/>
    public async Task PutAsync(IReadOnlyList<PlacedVector> vectors, CancellationToken cancellationToken)
    {
        foreach (var some in vectors.Chunk(AtOnce))
        {
            var numbers = some[0].Vector.Length;
            await EnsureAsync(numbers, cancellationToken);
            if (some.FirstOrDefault(v => v.Vector.Length != numbers) is { } other)
            {
                throw Unfit(other.Vector.Length, numbers);
            }

            await DoneAsync(HttpMethod.Put, "points?wait=true", _bodies.Points(some), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        foreach (var some in ids.Chunk(AtOnce))
        {
            using var reply = await AskAsync(HttpMethod.Post, "points/delete?wait=true", _bodies.Gone(some), cancellationToken);
            if (reply is null)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NearVector>> NearestAsync(float[] asked, int most, VectorFilter filter, CancellationToken cancellationToken)
    {
        _dimensions ??= await SizeAsync(cancellationToken);
        if (_dimensions is not { } numbers)
        {
            return [];
        }

        if (numbers != asked.Length)
        {
            throw Unfit(asked.Length, numbers);
        }

        using var reply = await AskAsync(HttpMethod.Post, "points/query", _bodies.Query(asked, most, filter), cancellationToken);
        return reply is null ? [] : Understood(() => (IReadOnlyList<NearVector>)
        [
            .. PointsOf(reply).Select(p => (Which: Which(p), Score: p.GetProperty("score").GetSingle())).Select(p => new NearVector(p.Which.Id, p.Which.Seq, p.Score)),
        ]);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<PlacedId>> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var (next, isFirst) = ((string?)null, true); isFirst || next is not null; isFirst = false)
        {
            using var reply = await AskAsync(HttpMethod.Post, "points/scroll", _bodies.Scroll(Page, next), cancellationToken);
            if (reply is null)
            {
                yield break;
            }

            (var page, next) = Understood(() => (PointsOf(reply).Select(Which).ToList(),
                reply.RootElement.GetProperty("result").TryGetProperty("next_page_offset", out var offset) && offset.ValueKind == JsonValueKind.String ? offset.GetString() : null));
            yield return page;
        }
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        using var reply = await AskAsync(HttpMethod.Post, "points/count", _bodies.All(isCount: true), cancellationToken);
        return reply is null ? 0 : Understood(() => reply.RootElement.GetProperty("result").GetProperty("count").GetInt64());
    }

    /// <inheritdoc/>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(HttpMethod.Get, "collections", null, cancellationToken) ?? throw Strange(null);
        var names = Understood(() => reply.RootElement.GetProperty("result").GetProperty("collections").EnumerateArray().Select(c => c.GetProperty("name").GetString()!).ToList());
        foreach (var name in names.Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var cleared = await SendAsync(HttpMethod.Post, $"collections/{Uri.EscapeDataString(name)}/points/delete?wait=true", _bodies.All(isCount: false), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Letters, figures and hyphens for people, and a digest so that no two spaces share a name.</summary>
    private static string Slug(string space)
    {
        var readable = string.Concat(space.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));
        return $"{readable[..Math.Min(readable.Length, LongestName)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(space)))[..8]}";
    }

    /// <summary>Makes the collection where there is none, and looks at the one that is there before anything is put into it.</summary>
    private async Task EnsureAsync(int numbers, CancellationToken cancellationToken)
    {
        if (_dimensions is null)
        {
            _dimensions = await SizeAsync(cancellationToken) ?? await MakeAsync(numbers, cancellationToken);
        }

        if (_dimensions != numbers)
        {
            throw Unfit(numbers, _dimensions.Value);
        }
    }

    private async Task<int?> SizeAsync(CancellationToken cancellationToken)
    {
        using var reply = await AskAsync(HttpMethod.Get, string.Empty, null, cancellationToken);
        return reply is null ? null : Understood(() => reply.RootElement.GetProperty("result").GetProperty("config").GetProperty("params").GetProperty("vectors").GetProperty("size").GetInt32());
    }

    private async Task<int> MakeAsync(int numbers, CancellationToken cancellationToken)
    {
        try
        {
            await DoneAsync(HttpMethod.Put, string.Empty, QdrantBodies.Collection(numbers), cancellationToken);
        }
        catch (VectorPlaceException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another tenant may have made it in between.
            if (await SizeAsync(cancellationToken) is not { } made)
            {
                throw;
            }

            numbers = made;
        }

        foreach (var field in QdrantBodies.Indexed)
        {
            await DoneAsync(HttpMethod.Put, "index?wait=true", QdrantBodies.Index(field), cancellationToken);
        }

        return numbers;
    }

    private async Task DoneAsync(HttpMethod method, string path, byte[] body, CancellationToken cancellationToken)
    {
        using var reply = await AskAsync(method, path, body, cancellationToken)
            ?? throw new VectorPlaceException($"{_home}: the collection {_collection} has gone.");
    }

    /// <summary>Of this collection; null when there is none.</summary>
    private async Task<JsonDocument?> AskAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(method, path.Length == 0 ? $"collections/{_collection}" : $"collections/{_collection}/{path}", body, cancellationToken);
        if (reply is null)
        {
            _dimensions = null;
        }

        return reply;
    }

    /// <summary>The reply; null for 404.</summary>
    private async Task<JsonDocument?> SendAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using var reply = await _http.SendAsync(request, cancellationToken);
            return reply.StatusCode switch
            {
                HttpStatusCode.OK => JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync(cancellationToken)),
                HttpStatusCode.NotFound => null,
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new VectorPlaceException($"{_home} refuses the key."),
                var status => throw new VectorPlaceException($"{_home} answered {(int)status}."),
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException slow)
        {
            throw new VectorPlaceException($"{_home} has not answered within {_home.Timeout.TotalSeconds:0.#} s.", slow);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new VectorPlaceException($"{_home} cannot be reached.", broken);
        }
        catch (JsonException strange)
        {
            throw Strange(strange);
        }
    }

    private static JsonElement.ArrayEnumerator PointsOf(JsonDocument reply) => reply.RootElement.GetProperty("result").GetProperty("points").EnumerateArray();

    private static PlacedId Which(JsonElement point) => new(point.GetProperty("payload").GetProperty("id").GetString()!, point.GetProperty("payload").GetProperty("seq").GetInt64());

    private T Understood<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception strange) when (strange is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Strange(strange);
        }
    }

    private VectorPlaceException Strange(Exception? cause) => new($"{_home} gave an answer that Qdrant does not give.", cause);

    private VectorPlaceException Unfit(int given, int wanted) => new($"{_home}: vectors of {given} numbers do not fit the collection {_collection}, whose vectors have {wanted}.");
}
