using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AiManager.Tools;

/// <summary>Where tokens come from and who asks for them.</summary>
/// <param name="Url">The token endpoint.</param>
/// <param name="ClientId">Who asks.</param>
/// <param name="ClientSecret">Proves it.</param>
/// <param name="Scope">For what; null where the endpoint decides.</param>
/// <param name="Audience">For whom; null where the endpoint decides.</param>
internal sealed record OAuthClient(Uri Url, string ClientId, string ClientSecret, string? Scope, string? Audience)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{ClientId} at {Url.GetLeftPart(UriPartial.Authority)}";
}

/// <summary>
/// Tokens by client credentials (RFC 6749, 4.4): one for all calls until shortly before it runs out. Of many calls that find none, one asks and the others wait for its answer.
/// </summary>
/// <param name="client">Who asks.</param>
/// <param name="http">To the token endpoint's host and no other.</param>
/// <param name="words">Takes each token: it is a secret as much as what it was asked with.</param>
/// <param name="time">The clock.</param>
internal sealed class OAuthTokens(OAuthClient client, PinnedHttp http, SecretWords words, TimeProvider time) : IDisposable
{
    private const int LongestReply = 64 * 1024;

    /// <summary>A token that runs out on its way is worth nothing.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);

    /// <summary>What a token without a term is taken to have.</summary>
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(5);

    /// <summary>Less than calls may take: until there is a token nothing of the call was sent, and that must be known before its own time is over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _gate = new(1);
    private (string Text, DateTimeOffset Until)? _token;

    /// <summary>A token. Throws <see cref="SourceFaultException"/> when there is none to be had; nothing of the call was sent then.</summary>
    /// <param name="renews">The service has refused the last one.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<string> GetAsync(bool renews, CancellationToken cancellationToken)
    {
        var refused = renews ? _token?.Text : null;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _gate.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent();
        }

        try
        {
            if (_token is { } known && known.Until > time.GetUtcNow() && known.Text != refused)
            {
                return known.Text;
            }

            var asked = await AskAsync(either.Token);
            words.Turn(this, asked.Text);
            _token = asked;
            return asked.Text;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent();
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or UnreachableHostException or JsonException)
        {
            throw new SourceFaultException($"No token is to be had: {client.Url.Host} cannot be reached, or does not answer as a token endpoint does.", fault);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gate.Dispose();
        http.Dispose();
    }

    private SourceFaultException Silent() => new($"No token is to be had: {client.Url.Host} does not answer within {Patience.TotalSeconds:0} s.");

    private async Task<(string Text, DateTimeOffset Until)> AskAsync(CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        foreach (var (name, value) in new[] { ("scope", client.Scope), ("audience", client.Audience) })
        {
            if (value is not null)
            {
                form[name] = value;
            }
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, client.Url) { Content = new FormUrlEncodedContent(form) };
        var pair = $"{Uri.EscapeDataString(client.ClientId)}:{Uri.EscapeDataString(client.ClientSecret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await http.SendAsync(request, isRepeatable: true, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new SourceFaultException($"No token is to be had: {client.Url.Host} answers {(int)response.StatusCode}.");
        }

        var (bytes, isWhole) = await CappedBody.ReadAsync(response.Content, LongestReply, cancellationToken);
        using var reply = JsonDocument.Parse(isWhole ? bytes : throw new JsonException());
        if (reply.RootElement.ValueKind != JsonValueKind.Object
            || !reply.RootElement.TryGetProperty("access_token", out var token) || token.ValueKind != JsonValueKind.String
            || token.GetString() is not { Length: > 0 } text || !OpenApiRequests.IsHeaderText(text))
        {
            throw new JsonException("There is no token in it.");
        }

        var term = reply.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt64(out var stated) && stated is > 0 and < 10_000_000 ? TimeSpan.FromSeconds(stated) : Unsaid;
        return (text, time.GetUtcNow() + (term > Early + Early ? term - Early : term / 2));
    }
}
