using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What becomes of a grant that is asked for.</summary>
/// <param name="Granted">What both the giver has and the asker wants; never wider than the giver's.</param>
/// <param name="Refused">What was asked for and is not given, with the reason, for people; empty when all was given.</param>
public sealed record GrantMeet(Grant Granted, ImmutableArray<string> Refused)
{
    /// <summary>
    /// Computes what may be handed on: the greatest lower bound, part by part. What cannot be proved to lie within the giver's grant is refused, never
    /// trusted.
    /// </summary>
    public static GrantMeet Of(Grant parent, Grant asked)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(asked);
        var refused = ImmutableArray.CreateBuilder<string>();
        var tools = ImmutableArray.CreateBuilder<string>();
        var limits = ImmutableArray.CreateBuilder<ArgumentLimit>();
        foreach (var tool in asked.Tools.Distinct())
        {
            if (!parent.Tools.Contains(tool))
            {
                refused.Add($"{tool} is not in the grant that it would be handed on from.");
            }
            else if (Limits(tool, parent, asked) is { } met)
            {
                tools.Add(tool);
                limits.AddRange(met);
            }
            else
            {
                refused.Add($"Nothing of {tool} lies within the grant that it would be handed on from.");
            }
        }

        var granted = new Grant(
            tools.DrainToImmutable(),
            Amounts.Least(parent.Budget, asked.Budget),
            parent.Expires is { } ends && asked.Expires is { } wanted ? (ends < wanted ? ends : wanted) : parent.Expires ?? asked.Expires,
            limits.Count == 0 ? null : limits.DrainToImmutable(),
            ResourcePattern.Meet(parent.Resources, asked.Resources),
            Both(parent.Reads, asked.Reads),
            Both(parent.Releases, asked.Releases));
        Refuse(asked.Resources, granted.Resources, "reach", refused);
        Refuse(asked.Reads, granted.Reads, "read", refused);
        Refuse(asked.Releases, granted.Releases, "release", refused);
        return new GrantMeet(granted, refused.DrainToImmutable());
    }

    /// <summary>The limits of one tool, one for each argument; null when some argument could be nothing at all.</summary>
    private static List<ArgumentLimit>? Limits(string tool, Grant parent, Grant asked)
    {
        List<ArgumentLimit> met = [];
        foreach (var limits in (parent.Limits ?? []).Concat(asked.Limits ?? []).Where(l => l.Tool == tool).GroupBy(l => l.Arg, StringComparer.Ordinal))
        {
            ArgumentLimit? both = limits.First();
            foreach (var limit in limits)
            {
                both = both is null ? null : ArgumentLimit.Meet(both, limit);
            }

            if (both is null or { IsEmpty: true })
            {
                return null;
            }

            met.Add(both);
        }

        return met;
    }

    private static ImmutableArray<string>? Both(ImmutableArray<string>? parent, ImmutableArray<string>? asked) =>
        parent is not { } wide ? asked : asked is not { } wanted ? parent : [.. wanted.Where(wide.Contains).Distinct()];

    private static void Refuse(ImmutableArray<string>? asked, ImmutableArray<string>? granted, string verb, ImmutableArray<string>.Builder refused)
    {
        foreach (var one in (asked ?? []).Where(a => granted?.Contains(a) != true))
        {
            refused.Add($"It may not {verb} {one}, or not all of it.");
        }
    }
}
