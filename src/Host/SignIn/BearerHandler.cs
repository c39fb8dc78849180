using System.Collections.Immutable;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AiManager.Host;

/// <summary><c>Authorization: Bearer</c> with an API key, or with the token that the data folder's owner can read.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    KeyLookup keys,
    IDirectory directory,
    TerminalToken terminal,
    RefusedAttempts refused)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string Name = "bearer";

    /// <summary>With the terminal's token: for whom the terminal speaks.</summary>
    public const string ActingAs = "AIManager-As";

    private const string Bearer = "Bearer ";

    private bool _isTooOften;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => AuthenticateAsync();

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = _isTooOften ? StatusCodes.Status429TooManyRequests : StatusCodes.Status401Unauthorized;
        if (!_isTooOften)
        {
            BearerChallenge.Ask(Context, isNoKey: Request.Headers.Authorization.ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase));
        }

        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        BearerChallenge.Widen(Context);
        return base.HandleForbiddenAsync(properties);
    }

    private new async Task<AuthenticateResult> AuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var token = header[Bearer.Length..].Trim();
        if (terminal.Fits(token))
        {
            return Ticket(new Caller(SpeaksFor(Request.Headers[ActingAs].ToString()), Caller.LocalTerminal).ToPrincipal(Name, []), [.. Permission.Scopes, Permission.Terminal]);
        }

        if (!keys.IsReadable)
        {
            return AuthenticateResult.Fail("Nobody knows which keys have been revoked: a newer program wrote what this one cannot read.");
        }

        if (await keys.FindAsync(token, refused.MayAsk(Context), Context.RequestAborted) is { } key)
        {
            return Ticket(new Caller(key.Created.Person, Caller.Api).ToPrincipal(Name, key.Created.Scopes, key.Created.Key));
        }

        _isTooOften = !refused.TryCount(Context);
        return AuthenticateResult.Fail("The key opens nothing.");
    }

    private string SpeaksFor(string named) =>
        named.Length > 0 ? named : (directory.People.FirstOrDefault(p => p.Roles.Contains(CompanyResource.Operator)) ?? directory.People.FirstOrDefault())?.Id ?? string.Empty;

    // A key whose person has left the company's files opens nothing any more. The terminal may what its owner may, whoever it speaks for.
    private AuthenticateResult Ticket(ClaimsPrincipal caller, ImmutableArray<string>? owners = null) => Caller.AllowedNow(caller, directory) is not { } allowed
        ? AuthenticateResult.Fail("The person is not in people.yaml.")
        : AuthenticateResult.Success(new AuthenticationTicket(Caller.Allow(caller, owners ?? allowed), Name));
}

/// <summary>What this server takes from the terminal of the user who owns its data folder; made anew at each start.</summary>
internal sealed class TerminalToken
{
    /// <summary>64 hex digits.</summary>
    public string Value { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>True for the token itself; takes as long either way.</summary>
    public bool Fits(string token) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Value), Encoding.UTF8.GetBytes(token));

    /// <summary>Not the token, so that it cannot slip into a log.</summary>
    public override string ToString() => "…";
}
