using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AiManager.Host;

/// <summary>Speaks to the server that holds the data folder, with the token that only the folder's owner can read.</summary>
internal sealed class LoopbackClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>A client for the server at <paramref name="url"/>.</summary>
    public LoopbackClient(Uri url, string token)
    {
        _http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(2) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Reads; null when there is no such thing. Throws <see cref="RefusalAsync"/> for what the server refuses.</summary>
    /// <param name="path">Relative to the server.</param>
    /// <param name="person">For whom the terminal speaks.</param>
    /// <param name="json">The reply's form.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<TReply?> GetAsync<TReply>(string path, string person, JsonTypeInfo<TReply> json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var reply = await SendAsync(request, person, cancellationToken);
        return reply.StatusCode == HttpStatusCode.NotFound ? default : await ReadAsync(reply, json, cancellationToken);
    }

    /// <summary>Sends; the status says what came of it.</summary>
    public async Task<HttpResponseMessage> PostAsync<TBody>(string path, string person, TBody body, JsonTypeInfo<TBody> json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, json) };
        return await SendAsync(request, person, cancellationToken);
    }

    /// <summary>Takes away; the status says what came of it.</summary>
    public async Task<HttpResponseMessage> DeleteAsync(string path, string person, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        return await SendAsync(request, person, cancellationToken);
    }

    /// <summary>The reply's body. Throws <see cref="RefusalAsync"/> when it is a refusal.</summary>
    public static async Task<TReply> ReadAsync<TReply>(HttpResponseMessage reply, JsonTypeInfo<TReply> json, CancellationToken cancellationToken) =>
        reply.IsSuccessStatusCode
            ? await reply.Content.ReadFromJsonAsync(json, cancellationToken) ?? throw new HttpRequestException("The server's reply is empty.")
            : throw await RefusalAsync(reply, cancellationToken);

    /// <summary>A refusal in the server's words: <see cref="UsageException"/> for what was asked wrongly, <see cref="HttpRequestException"/> where <see cref="IsUnable"/>.</summary>
    public static async Task<Exception> RefusalAsync(HttpResponseMessage reply, CancellationToken cancellationToken)
    {
        var words = await DetailAsync(reply, cancellationToken);
        return IsUnable(reply.StatusCode) ? new HttpRequestException(words, null, reply.StatusCode) : new UsageException(words);
    }

    /// <summary>True where the server cannot do it now, whatever is asked: it stops, is broken, or was asked too often.</summary>
    public static bool IsUnable(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <summary>What a refusal says.</summary>
    public static async Task<string> DetailAsync(HttpResponseMessage reply, CancellationToken cancellationToken)
    {
        var text = await reply.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var problem = JsonDocument.Parse(text);
            if (problem.RootElement.TryGetProperty("detail", out var detail) && detail.GetString() is { } words)
            {
                return words;
            }
        }
        catch (JsonException)
        {
            // Not a problem document; the status has to do.
        }

        return $"The server answered {(int)reply.StatusCode} {reply.ReasonPhrase}.";
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string person, CancellationToken cancellationToken)
    {
        request.Headers.Add(BearerHandler.ActingAs, person);
        return _http.SendAsync(request, cancellationToken);
    }
}
