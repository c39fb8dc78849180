using System.Security.Claims;
using Claim = System.Security.Claims.Claim;

namespace AiManager.Host;

/// <summary>Who is calling, and how.</summary>
/// <param name="Person">An id of <c>people.yaml</c>.</param>
/// <param name="Via">As journals say it: <c>api</c>, <c>console</c> or <c>local-terminal</c>.</param>
internal sealed record Caller(string Person, string Via)
{
    /// <summary>By a key.</summary>
    public const string Api = "api";

    /// <summary>By the browser's cookie.</summary>
    public const string Console = "console";

    /// <summary>By the terminal of the user who owns the data folder.</summary>
    public const string LocalTerminal = "local-terminal";

    private const string ViaClaim = "via";
    private const string PermissionClaim = "permission";

    /// <summary>The caller as the web framework carries it.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme, IEnumerable<string> permissions) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, Person), new Claim(ViaClaim, Via), .. permissions.Select(p => new Claim(PermissionClaim, p))],
        scheme,
        ClaimTypes.NameIdentifier,
        ClaimTypes.Role));

    /// <summary>Reads it back from an authenticated request.</summary>
    public static Caller Of(ClaimsPrincipal principal) => new(
        principal.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in here."),
        principal.FindFirstValue(ViaClaim) ?? Api);

    /// <summary>True when the caller has a permission.</summary>
    public static bool May(ClaimsPrincipal principal, string permission) => principal.HasClaim(PermissionClaim, permission);
}
