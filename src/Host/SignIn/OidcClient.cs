using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// Asks an OpenID Connect provider who somebody is: its description, its keys, a code for tokens. No token outlives the question, and none is written anywhere. Follows no
/// redirect. Thread-safe.
/// </summary>
internal sealed class OidcClient(TimeProvider time) : IDisposable
{
    private const int MostBytes = 256 * 1024;

    /// <summary>How long what a provider says of itself is taken to hold.</summary>
    private static readonly TimeSpan Holds = TimeSpan.FromHours(1);

    /// <summary>How soon keys are asked for again because a token names one that is not known, or is signed by another than it names: whoever makes up tokens must not have the provider asked for each.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(1);

    /// <summary>How soon one that was away is asked again.</summary>
    private static readonly TimeSpan WhileAway = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _describing = new(1, 1);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = MostBytes,
    };

    private OidcDescription? _known;
    private string? _awayIssuer;
    private DateTimeOffset _awayUntil;

    /// <summary>Where browsers are sent; null while the provider cannot be asked, or describes another than itself.</summary>
    public async Task<Uri?> AuthorizeAddressAsync(OidcSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return (await DescribeAsync(settings, cancellationToken)).Authorize;
        }
        catch (Exception away) when (IsAway(away, cancellationToken))
        {
            return null;
        }
    }

    /// <summary>Uses up a code.</summary>
    /// <param name="settings">The provider.</param>
    /// <param name="code">As it came back with the browser.</param>
    /// <param name="attempt">The sign-in that the code must be for.</param>
    /// <param name="returnTo">Where the provider was told to send the browser.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public async Task<OidcIdentity> IdentifyAsync(OidcSettings settings, string code, OidcAttempt attempt, string returnTo, CancellationToken cancellationToken)
    {
        try
        {
            var provider = await DescribeAsync(settings, cancellationToken);
            var tokens = await ExchangeAsync(settings, provider, code, attempt, returnTo, cancellationToken);
            if (tokens is not { } given || IdToken.Text(given, "id_token") is not { } token)
            {
                return new OidcIdentity.Refused("the provider takes the code for nothing");
            }

            var expected = new IdToken.Expected(settings.Authority, settings.ClientId, attempt.Nonce);
            var check = IdToken.Check(token, provider.Keys, expected, time.GetUtcNow());
            if (check is IdTokenCheck.UnknownKey or IdTokenCheck.OtherKey && time.GetUtcNow() - provider.At >= Soonest)
            {
                provider = await DescribeAsync(settings, cancellationToken, stale: provider);
                check = IdToken.Check(token, provider.Keys, expected, time.GetUtcNow());
            }

            return check switch
            {
                IdTokenCheck.Good(var claims) => await WithEmailAsync(settings, provider, claims, IdToken.Text(given, "access_token"), cancellationToken),
                IdTokenCheck.Bad(var why) => new OidcIdentity.Refused("of its token " + why),
                IdTokenCheck.OtherKey => new OidcIdentity.Refused("of its token the signature is not the provider's"),
                _ => new OidcIdentity.Refused("its token is signed by a key that the provider does not have"),
            };
        }
        catch (Exception away) when (IsAway(away, cancellationToken))
        {
            return new OidcIdentity.Away(away is HttpRequestException or OperationCanceledException ? "it does not answer" : "what it answers cannot be read");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _describing.Dispose();
    }

    private static bool IsAway(Exception fault, CancellationToken cancellationToken) =>
        fault is HttpRequestException or JsonException or InvalidDataException or InvalidOperationException or FormatException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>One asks for all who want to sign in, and where the provider is away, not more often than once in two seconds: strangers begin sign-ins too.</summary>
    /// <param name="stale">One that does not do any more; it stays until there is another.</param>
    private async Task<OidcDescription> DescribeAsync(OidcSettings settings, CancellationToken cancellationToken, OidcDescription? stale = null)
    {
        if (Fresh(settings, stale) is { } known)
        {
            return known;
        }

        await _describing.WaitAsync(cancellationToken);
        try
        {
            if (Fresh(settings, stale) is { } meanwhile)
            {
                return meanwhile;
            }

            if (_awayIssuer == settings.Authority && time.GetUtcNow() < _awayUntil)
            {
                throw new HttpRequestException("It was away a moment ago.");
            }

            try
            {
                return await AskAsync(settings, cancellationToken);
            }
            catch (Exception fault) when (IsAway(fault, cancellationToken))
            {
                (_awayIssuer, _awayUntil) = (settings.Authority, time.GetUtcNow() + WhileAway);
                throw;
            }
        }
        finally
        {
            _describing.Release();
        }
    }

    private OidcDescription? Fresh(OidcSettings settings, OidcDescription? stale) =>
        Volatile.Read(ref _known) is { } known && known != stale && known.Issuer == settings.Authority && time.GetUtcNow() - known.At < Holds ? known : null;

    private async Task<OidcDescription> AskAsync(OidcSettings settings, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var said = await GetAsync(new Uri(settings.Authority.TrimEnd('/') + "/.well-known/openid-configuration"), null, cancellationToken);
        if (IdToken.Text(said, "issuer") != settings.Authority)
        {
            throw new InvalidDataException("It describes another issuer.");
        }

        var keys = await GetAsync(Address(settings, said, "jwks_uri") ?? throw new InvalidDataException("It names no keys."), null, cancellationToken);
        if (keys.ValueKind != JsonValueKind.Object || !keys.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException("Its keys cannot be read.");
        }

        var fresh = new OidcDescription(
            settings.Authority,
            Address(settings, said, "authorization_endpoint") ?? throw new InvalidDataException("It names no place to sign in."),
            Address(settings, said, "token_endpoint") ?? throw new InvalidDataException("It names no place for codes."),
            Address(settings, said, "userinfo_endpoint"),
            WantsSecretInBody(said),
            keys,
            now);
        Volatile.Write(ref _known, fresh);
        return fresh;
    }

    private static Uri? Address(OidcSettings settings, JsonElement said, string name) => IdToken.Text(said, name) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && OidcSettings.IsSafe(address)
            && (!address.IsLoopback || new Uri(settings.Authority).IsLoopback) ? address // what is elsewhere has nothing to name on this machine
        : throw new InvalidDataException("It names an address that others could read.");

    private static bool WantsSecretInBody(JsonElement said) =>
        said.TryGetProperty("token_endpoint_auth_methods_supported", out var methods)
        && methods.EnumerateArray().Select(m => m.GetString()).ToList() is var known
        && !known.Contains("client_secret_basic") && known.Contains("client_secret_post");

    /// <summary>Null when the provider refuses.</summary>
    private async Task<JsonElement?> ExchangeAsync(OidcSettings settings, OidcDescription provider, string code, OidcAttempt attempt, string returnTo, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", returnTo), new("code_verifier", attempt.Verifier),
        ];
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.Token);
        if (settings.ClientSecret is { } secret && !provider.WantsSecretInBody)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(secret)}")));
        }
        else
        {
            form.Add(new("client_id", settings.ClientId));
            form.AddRange(settings.ClientSecret is null ? [] : [new KeyValuePair<string, string>("client_secret", settings.ClientSecret)]);
        }

        request.Content = new FormUrlEncodedContent(form);
        using var reply = await _http.SendAsync(request, cancellationToken);
        if ((int)reply.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            throw new HttpRequestException("It failed.");
        }

        return reply.IsSuccessStatusCode ? await JsonAsync(reply, cancellationToken) : null;
    }

    /// <summary>Many providers give the address only to whoever asks once more. What they say there counts only of the same person.</summary>
    private async Task<OidcIdentity> WithEmailAsync(OidcSettings settings, OidcDescription provider, JsonElement claims, string? accessToken, CancellationToken cancellationToken)
    {
        var subject = IdToken.Text(claims, "sub")!;
        if (settings.Subjects is null && IdToken.Text(claims, "email") is null && provider.UserInfo is { } place && accessToken is not null)
        {
            claims = await GetAsync(place, accessToken, cancellationToken);
            if (IdToken.Text(claims, "sub") != subject)
            {
                return new OidcIdentity.Refused("the provider tells of another person than its token");
            }
        }

        return new OidcIdentity.Known(subject, IdToken.Text(claims, "email"), claims.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True);
    }

    private async Task<JsonElement> GetAsync(Uri address, string? accessToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Authorization = accessToken is null ? null : new AuthenticationHeaderValue("Bearer", accessToken);
        using var reply = await _http.SendAsync(request, cancellationToken);
        reply.EnsureSuccessStatusCode();
        return await JsonAsync(reply, cancellationToken);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage reply, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync(cancellationToken));
        return document.RootElement.Clone();
    }

    /// <summary>What a provider says of itself.</summary>
    private sealed record OidcDescription(string Issuer, Uri Authorize, Uri Token, Uri? UserInfo, bool WantsSecretInBody, JsonElement Keys, DateTimeOffset At);
}
