using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Claim = System.Security.Claims.Claim;

namespace AiManager.Host;

/// <summary>Who is calling, and how.</summary>
/// <param name="Person">An id of <c>people.yaml</c>.</param>
/// <param name="Via">As journals say it: <c>api</c>, <c>mcp</c>, <c>mail</c>, <c>console</c> or <c>local-terminal</c>.</param>
internal sealed record Caller(string Person, string Via)
{
    /// <summary>By a key.</summary>
    public const string Api = "api";

    /// <summary>By a key, over MCP: most likely a program in a person's name.</summary>
    public const string Mcp = "mcp";

    /// <summary>By the link of a mail: whoever holds it speaks for the person to whom it was sent.</summary>
    public const string Mail = "mail";

    /// <summary>By the browser's cookie.</summary>
    public const string Console = "console";

    /// <summary>By the terminal of the user who owns the data folder.</summary>
    public const string LocalTerminal = "local-terminal";

    /// <summary>By the browser of the user who owns the data folder, standing in for somebody else: only in a company that allows it.</summary>
    public const string LocalConsole = "local-console";

    private const string OwnerClaim = "owner";
    private const string ViaClaim = "via";
    private const string PermissionClaim = "permission";
    private const string ScopeClaim = "scope";
    private const string KeyClaim = "key";
    private const string SessionClaim = "session";
    private const string IssuerClaim = "issuer";
    private const string SubjectClaim = "subject";
    private const string EmailClaim = "address";
    private const string UntilClaim = "until";

    /// <summary>The caller as the web framework carries it. What they may is not in it: that is found out anew for each request, see <see cref="Allow"/>.</summary>
    /// <param name="scheme">How it was found out.</param>
    /// <param name="scopes">What their key limits them to; none for nothing.</param>
    /// <param name="key">The key's id; null without one.</param>
    /// <param name="owner">Whom the printed link signed in, whoever is looked as now; null for everybody else.</param>
    /// <param name="session">Of <see cref="OpenSessions"/>; null where there is no cookie.</param>
    /// <param name="provider">Whom a provider said it is; null where none was asked.</param>
    public ClaimsPrincipal ToPrincipal(
        string scheme, ImmutableArray<string> scopes, string? key = null, string? owner = null, string? session = null, OidcPerson? provider = null) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, Person),
            new Claim(ViaClaim, Via),
            .. scopes.Select(s => new Claim(ScopeClaim, s)),
            .. key is null ? [] : new[] { new Claim(KeyClaim, key) },
            .. owner is null ? [] : new[] { new Claim(OwnerClaim, owner) },
            .. session is null ? [] : new[] { new Claim(SessionClaim, session) },
            .. provider is null ? [] : new[] { new Claim(IssuerClaim, provider.Issuer), new Claim(SubjectClaim, provider.Subject) },
            .. provider?.Email is null ? [] : new[] { new Claim(EmailClaim, provider.Email) },
        ],
        scheme,
        ClaimTypes.NameIdentifier,
        ClaimTypes.Role));

    /// <summary>The same caller, with what they may now. It stands beside who they are, so that no cookie keeps it.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="permissions">What they may.</param>
    /// <param name="until">When their cookie is over, unless they use it until then; null without one.</param>
    public static ClaimsPrincipal Allow(ClaimsPrincipal principal, ImmutableArray<string> permissions, DateTimeOffset? until = null) => new(
    [
        .. principal.Identities,
        new ClaimsIdentity(
        [
            .. permissions.Select(p => new Claim(PermissionClaim, p)),
            .. until is { } end ? new[] { new Claim(UntilClaim, end.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)) } : [],
        ]),
    ]);

    /// <summary>When the caller's cookie is over, unless they use it until then; null without one.</summary>
    public static DateTimeOffset? UntilOf(ClaimsPrincipal principal) =>
        principal.FindFirstValue(UntilClaim) is { } text ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text, CultureInfo.InvariantCulture)) : null;

    /// <summary>What they may as their roles are now; null for nobody of <c>people.yaml</c>.</summary>
    public static ImmutableArray<string>? AllowedNow(ClaimsPrincipal principal, IDirectory directory) =>
        directory.Person(Of(principal).Person) is { } person ? RolePermissions.Of(person.Roles, ScopesOf(principal)) : null;

    /// <summary>Reads it back from an authenticated request.</summary>
    public static Caller Of(ClaimsPrincipal principal) => new(
        principal.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in here."),
        principal.FindFirstValue(ViaClaim) ?? Api);

    /// <summary>True for a terminal, which speaks for anybody, in a company that does not let it: what it says proves nothing of who says it.</summary>
    public bool IsUnprovenTerminal(CompanySettings settings) => Via == LocalTerminal && !settings.AllowLocalStandIn;

    /// <summary>Under what the caller's requests are counted: the key, or the person where the browser asks; null for whom nothing is counted.</summary>
    public static string? CountedAs(ClaimsPrincipal principal) => principal.Identity?.IsAuthenticated != true || principal.FindFirstValue(ViaClaim) == LocalTerminal
        ? null
        : principal.FindFirstValue(KeyClaim) is { } key ? "key/" + key : "person/" + principal.FindFirstValue(ClaimTypes.NameIdentifier);

    /// <summary>The key that the caller came with; null without one.</summary>
    public static string? KeyOf(ClaimsPrincipal principal) => principal.FindFirstValue(KeyClaim);

    /// <summary>What the caller's key limits them to; none for nothing.</summary>
    public static ImmutableArray<string> ScopesOf(ClaimsPrincipal principal) => [.. principal.FindAll(ScopeClaim).Select(c => c.Value)];

    /// <summary>The browser's session; null where there is no cookie.</summary>
    public static string? SessionOf(ClaimsPrincipal principal) => principal.FindFirstValue(SessionClaim);

    /// <summary>Whom a provider said the caller is when the session began; null for a caller who came another way.</summary>
    public static OidcPerson? ProviderOf(ClaimsPrincipal principal) =>
        principal.FindFirstValue(IssuerClaim) is { } issuer && principal.FindFirstValue(SubjectClaim) is { } subject ? new OidcPerson(issuer, subject, principal.FindFirstValue(EmailClaim)) : null;

    /// <summary>Whom the printed link signed in; null for a caller who came another way.</summary>
    public static string? OwnerOf(ClaimsPrincipal principal) => principal.FindFirstValue(OwnerClaim);

    /// <summary>True when the caller has a permission.</summary>
    public static bool May(ClaimsPrincipal principal, string permission) => principal.HasClaim(PermissionClaim, permission);

    /// <summary>True while the caller may all that they could when they were let in.</summary>
    public static bool MayStill(ClaimsPrincipal principal, ImmutableArray<string> now) => principal.FindAll(PermissionClaim).All(p => now.Contains(p.Value));
}
