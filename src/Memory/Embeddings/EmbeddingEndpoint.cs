using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AiManager.Memory;

/// <summary>
/// An endpoint that speaks OpenAI's <c>/embeddings</c>, as most servers of models do. It asks once and follows no redirect; trying again is the business of whoever asked.
/// </summary>
internal sealed class EmbeddingEndpoint : IEmbeddingGenerator<string, Embedding<float>>
{
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly EmbeddingOptions _options;
    private readonly HttpClient _http;
    private readonly Uri _address;

    public EmbeddingEndpoint(EmbeddingOptions options)
    {
        _options = options;
        _address = new Uri(options.Url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/embeddings");
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = MostBytes,
        };
        if (options.Key is { Length: > 0 } key)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    /// <inheritdoc/>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var texts = values.ToList();
        using var content = new ByteArrayContent(Request(texts, options?.Dimensions));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var reply = await _http.PostAsync(_address, content, cancellationToken);
            if (!reply.IsSuccessStatusCode)
            {
                // What it says may repeat the texts, or the key.
                throw new EmbeddingException($"{_options} answered {(int)reply.StatusCode}.", IsAboutTheTexts(reply.StatusCode));
            }

            return Read(await reply.Content.ReadAsByteArrayAsync(cancellationToken), texts.Count);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException or IOException)
        {
            throw new EmbeddingException($"{_options} {(broken is OperationCanceledException ? $"has not answered within {_options.Timeout.TotalSeconds:0.#} s" : "cannot be reached")}.", cause: broken);
        }
        catch (Exception strange) when (strange is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new EmbeddingException($"{_options} gave something else than vectors.", cause: strange);
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType?.IsInstanceOfType(this) == true ? this : null;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static bool IsAboutTheTexts(HttpStatusCode status) => status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity;

    private byte[] Request(List<string> texts, int? dimensions)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("model", _options.Model);
            json.WriteStartArray("input");
            foreach (var text in texts)
            {
                json.WriteStringValue(Whole(text));
            }

            json.WriteEndArray();
            if (dimensions is { } wanted)
            {
                json.WriteNumber("dimensions", wanted);
            }

            json.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>Half a character, which the journal may hold, is no text on the wire.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>By each vector's <c>index</c>: nothing says that they come in order.</summary>
    private static GeneratedEmbeddings<Embedding<float>> Read(byte[] reply, int count)
    {
        using var document = JsonDocument.Parse(reply);
        var vectors = new Embedding<float>?[count];
        foreach (var (item, place) in document.RootElement.GetProperty("data").EnumerateArray().Select((d, i) => (d, i)))
        {
            var index = item.TryGetProperty("index", out var said) ? said.GetInt32() : place;
            if (index < 0 || index >= count || vectors[index] is not null)
            {
                throw new FormatException("A vector is of no text, or of one that has another.");
            }

            vectors[index] = new Embedding<float>(Numbers(item.GetProperty("embedding")));
        }

        return vectors.All(v => v is not null) ? [.. vectors.Select(v => v!)] : throw new FormatException("A text has no vector.");
    }

    /// <summary>A list of numbers, or their bytes in Base64, which some give without being asked.</summary>
    private static float[] Numbers(JsonElement written) => written.ValueKind == JsonValueKind.String
        ? MemoryMarshal.Cast<byte, float>(written.GetBytesFromBase64()).ToArray()
        : [.. written.EnumerateArray().Select(n => n.GetSingle())];
}
