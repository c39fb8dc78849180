using System.Collections.Immutable;
using Microsoft.AspNetCore.Authorization;

namespace AiManager.Host;

/// <summary>
/// What <c>WWW-Authenticate</c> says to a program (RFC 6750, as MCP and A2A have it too): that a key is wanted, that the one that came is none, or which scope it lacks. It names no
/// <c>resource_metadata</c>: keys are made by people here, and a client that was sent to look for an authorization server would look in vain.
/// </summary>
internal static class BearerChallenge
{
    private const string Bearer = "Bearer realm=\"AI Manager\"";

    /// <summary>Nobody is signed in: a key is wanted, and as far as the route says, with which scopes.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isNoKey">True where a key came that opens nothing.</param>
    public static void Ask(HttpContext context, bool isNoKey) =>
        context.Response.Headers.WWWAuthenticate = $"{Bearer}{(isNoKey ? ", error=\"invalid_token\"" : string.Empty)}{Scope(WantedBy(context))}";

    /// <summary>Somebody came with a key that is for less than they ask. Nothing is said where no key of theirs would do.</summary>
    /// <param name="context">The request.</param>
    /// <param name="wanted">What it takes; nothing for what the route says.</param>
    public static void Widen(HttpContext context, params ImmutableArray<string> wanted)
    {
        var scopes = Caller.ScopesOf(context.User);
        ImmutableArray<string> missing = scopes.IsEmpty ? [] : [.. (wanted.IsDefaultOrEmpty ? WantedBy(context) : wanted).Where(w => !scopes.Contains(w) && !Caller.May(context.User, w))];
        if (!missing.IsEmpty)
        {
            context.Response.Headers.WWWAuthenticate = $"{Bearer}, error=\"insufficient_scope\"{Scope(missing)}";
        }
    }

    private static ImmutableArray<string> WantedBy(HttpContext context) =>
        [.. context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy).OfType<string>().Where(Permission.Scopes.Contains).Distinct(StringComparer.Ordinal) ?? []];

    private static string Scope(ImmutableArray<string> scopes) => scopes.IsEmpty ? string.Empty : $", scope=\"{string.Join(' ', scopes)}\"";
}
