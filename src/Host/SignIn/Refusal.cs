using System.Collections.Immutable;
using Microsoft.AspNetCore.Authorization;

namespace AiManager.Host;

/// <summary>Why a route is not for whoever asked: which role it takes, or that their key is for less than they are.</summary>
internal static class Refusal
{
    private const int Names = 3;

    /// <summary>The reason; null where it was not a missing permission that the route asks for.</summary>
    public static string? Of(HttpContext context)
    {
        var missing = context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy).OfType<string>().FirstOrDefault(p => !Caller.May(context.User, p));
        return missing is null || context.User.Identity?.IsAuthenticated != true ? null
            : missing == Permission.Terminal ? "Only the terminal of whoever owns the service's data folder may do that."
            : Of(context, missing);
    }

    /// <summary>What a caller without a permission is told, who is signed in.</summary>
    public static string Of(HttpContext context, string missing)
    {
        var directory = context.RequestServices.GetRequiredService<IDirectory>();
        var scopes = Caller.ScopesOf(context.User);
        var roles = directory.Person(Caller.Of(context.User).Person)?.Roles ?? [];
        if (!scopes.IsEmpty && !scopes.Contains(missing))
        {
            return $"This key is limited to {string.Join(", ", scopes)}; that takes one with the scope '{missing}'.";
        }

        // Who else there is stands in /api/company, for whoever may read; a key that may not learns nothing of it here.
        var others = Caller.May(context.User, Permission.Read) ? directory.People.Where(p => RolePermissions.Of(p.Roles).Contains(missing)).Select(p => p.Name).Take(Names).ToList() : [];
        return $"{Takes(missing)} Yours: {Words(roles)}.{(others.Count == 0 ? string.Empty : $" {string.Join(", ", others)} can do it.")} Who has which role stands in people.yaml, and whoever keeps that file can change it.";
    }

    /// <summary>Which roles a permission comes with.</summary>
    public static string Takes(string permission) =>
        $"That takes the permission '{permission}', which comes with {(RolePermissions.AnyOtherGives(permission) ? "a role of the company's own, or with " : string.Empty)}one of the roles {string.Join(", ", RolePermissions.Giving(permission))}.";

    /// <summary>Somebody's roles in a sentence.</summary>
    public static string Words(ImmutableArray<string> roles) => roles.IsEmpty ? "none" : string.Join(", ", roles);
}
