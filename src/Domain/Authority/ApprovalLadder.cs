using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>When an approval moves on to more people, as its rules said when it was requested. A rung that would come after the end is left out.</summary>
/// <param name="RemindAt">UTC; whoever may decide is reminded. Null for no reminder.</param>
/// <param name="StandInsAt">UTC; from then on stand-ins may sit down. Null for never.</param>
/// <param name="EscalateAt">UTC; from then on the people of <paramref name="Escalations"/> may too. Null for never.</param>
/// <param name="Escalations">Who else may fill which seat, once it is escalated; empty for nobody.</param>
/// <param name="Order">Which seats open only when which others are filled; null for none.</param>
/// <param name="OnShift">Roles whose seats are only for people who are at work just then; null for none.</param>
public sealed record ApprovalLadder(
    DateTimeOffset? RemindAt,
    DateTimeOffset? StandInsAt,
    DateTimeOffset? EscalateAt,
    ImmutableArray<SeatEscalation> Escalations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<SeatOrder>? Order = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? OnShift = null);

/// <summary>One seat is filled before another opens.</summary>
/// <param name="First">The role whose seats are all filled first.</param>
/// <param name="Then">The role whose seats open then.</param>
public sealed record SeatOrder(string First, string Then)
{
    /// <summary>
    /// True when nobody could begin, or somebody could never: following the pairs leads from a role back to itself. Several rules may each be in order and not
    /// together.
    /// </summary>
    public static bool IsCircular(IReadOnlyCollection<SeatOrder> orders)
    {
        ArgumentNullException.ThrowIfNull(orders);
        var left = orders.ToList();
        while (left.Count > 0)
        {
            // Whoever waits for nobody sits down; what waited for them alone opens.
            if (left.RemoveAll(o => left.All(other => other.Then != o.First)) == 0)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Who else may fill a seat, once the approval is escalated.</summary>
/// <param name="Role">The seat.</param>
/// <param name="To">The role that may fill it too.</param>
public sealed record SeatEscalation(string Role, string To);

/// <summary>Somebody who may decide in another's place.</summary>
/// <param name="Person">Who.</param>
/// <param name="For">In whose place; of the two, one decides.</param>
/// <param name="Role">Whose seat it is.</param>
public sealed record StandIn(string Person, string For, string Role);

/// <summary>A seat that a person may take now, and what gives them the right to it.</summary>
/// <param name="Role">The seat.</param>
/// <param name="StandsInFor">The person in whose place; null when it is by a role of their own.</param>
/// <param name="EscalatedTo">Their role, to which the approval was escalated; null when it was not that.</param>
public sealed record Chair(string Role, string? StandsInFor = null, string? EscalatedTo = null)
{
    /// <summary>
    /// The free seat that <paramref name="person"/> may take; null when there is none. A role of their own comes first (of several, the one that the fewest
    /// others hold, so that somebody with two roles leaves the easier seat to others), then standing in, then the escalation.
    /// A right that the directory has taken back since is none.
    /// </summary>
    /// <param name="approval">What is asked.</param>
    /// <param name="person">Who would sit down.</param>
    /// <param name="directory">People as they are now.</param>
    /// <param name="now">The moment, for seats that are only for people at work: by a role of their own, or standing in. Whom it is escalated to may sit down at any hour. Null: whatever the hour.</param>
    public static Chair? For(ApprovalState approval, string person, IDirectory directory, DateTimeOffset? now)
    {
        ArgumentNullException.ThrowIfNull(approval);
        ArgumentNullException.ThrowIfNull(directory);
        if (approval.IsBarred(person) || directory.Person(person) is not { } known)
        {
            return null;
        }

        var open = approval.OpenRoles.ToList();
        var here = now is { } moment && known.Hours?.Cover(moment) != true ? open.Where(role => !approval.NeedsShift(role)).ToList() : open;
        return here.Where(known.Roles.Contains).OrderBy(role => directory.People.Count(p => p.Roles.Contains(role))).Select(role => new Chair(role)).FirstOrDefault()
            ?? approval.StandIns.Where(s => s.Person == person && here.Contains(s.Role) && StandsIn(s, approval, directory)).Select(s => new Chair(s.Role, s.For)).FirstOrDefault()
            ?? approval.Escalations.Where(e => known.Roles.Contains(e.To) && open.Contains(e.Role)).Select(e => new Chair(e.Role, EscalatedTo: e.To)).FirstOrDefault();
    }

    /// <summary>Those who may sit down for somebody who has not answered: named as a stand-in, and without a seat by a role of their own.</summary>
    public static ImmutableArray<StandIn> StandIns(ApprovalState approval, IDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(approval);
        ArgumentNullException.ThrowIfNull(directory);
        return
        [
            .. approval.UnfilledRoles.SelectMany(role => directory.People
                .Where(p => p.Roles.Contains(role) && p.StandIn is { } named && directory.Person(named)?.Roles.Contains(role) == false)
                .Select(p => new StandIn(p.StandIn!, p.Id, role))
                .Where(s => !approval.IsBarred(s.Person) && !approval.IsBarred(s.For))),
        ];
    }

    private static bool StandsIn(StandIn admitted, ApprovalState approval, IDirectory directory) =>
        !approval.IsBarred(admitted.For)
        && directory.Person(admitted.For) is { } absent && absent.StandIn == admitted.Person && absent.Roles.Contains(admitted.Role);
}
