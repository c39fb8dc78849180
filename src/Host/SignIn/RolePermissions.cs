using System.Collections.Frozen;
using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>
/// What a person's roles let them do over HTTP, in the console and over every protocol. Which call somebody may decide, and what they may suspend or confirm, is not said
/// here: seats and desks look at that by themselves, behind this.
/// </summary>
internal static class RolePermissions
{
    /// <summary>Whoever has no role may look, and do what is theirs, as whoever is in <c>people.yaml</c> may.</summary>
    private static readonly ImmutableArray<string> Nobodys = [Permission.Read, Permission.Answer];

    private static readonly ImmutableArray<string> Watching = [Permission.Read, Permission.Answer, Permission.Approve, Permission.Audit, Permission.Suspend, Permission.Classify, Permission.Keys];

    // Who runs the work states goals, stops it and looks back at it; what a tool counts as, and who is signed in, is for those who answer for the service.
    private static readonly ImmutableArray<string> Operating = [Permission.Read, Permission.Submit, Permission.Answer, Permission.Approve, Permission.Audit, Permission.Suspend, Permission.Metrics];

    /// <summary>Roles that the service itself knows.</summary>
    private static readonly FrozenDictionary<string, ImmutableArray<string>> Known = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal)
    {
        ["viewer"] = Nobodys,
        ["approver"] = [Permission.Read, Permission.Answer, Permission.Approve],
        ["compliance"] = Watching,
        ["risk"] = Watching,
        ["operator"] = Operating,
        ["platform-operator"] = Permission.Scopes,
        ["admin"] = Permission.Scopes,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Any other role is a word of the company's own: whoever has one works here, and seats say what they decide.</summary>
    private static readonly ImmutableArray<string> OfTheCompany = [Permission.Read, Permission.Submit, Permission.Answer, Permission.Approve];

    /// <summary>Whatever one of the roles gives, in the order of <see cref="Permission.Scopes"/>.</summary>
    public static ImmutableArray<string> Of(ImmutableArray<string> roles) => roles switch
    {
        [] => Nobodys,
        [var only] => OfRole(only),
        _ => [.. Permission.Scopes.Where(p => roles.Any(r => OfRole(r).Contains(p)))],
    };

    /// <summary>The same, as far as a key goes.</summary>
    /// <param name="roles">The person's.</param>
    /// <param name="scopes">What the key is limited to; none for nothing.</param>
    public static ImmutableArray<string> Of(ImmutableArray<string> roles, ImmutableArray<string> scopes) =>
        scopes.IsEmpty ? Of(roles) : [.. Of(roles).Where(p => scopes.Contains(p) || (p == Permission.Answer && scopes.Contains(Permission.Submit)))];

    /// <summary>The roles that the service knows.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Known.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Which of the roles that the service knows give a permission.</summary>
    public static ImmutableArray<string> Giving(string permission) => [.. Known.Where(r => r.Value.Contains(permission)).Select(r => r.Key).Order(StringComparer.Ordinal)];

    /// <summary>Whether a role of the company's own gives it too.</summary>
    public static bool AnyOtherGives(string permission) => OfTheCompany.Contains(permission);

    private static ImmutableArray<string> OfRole(string role) => Known.GetValueOrDefault(role, OfTheCompany);
}
