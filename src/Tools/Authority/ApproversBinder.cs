using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>approvers</c>, of rules and of budgets.</summary>
internal sealed class ApproversBinder(IDirectory directory, ConfigReader reader)
{
    private static readonly ImmutableArray<string> Keys = ["role", "quorum", "all", "inOrder", "onShift", .. LadderBinder.Keys];
    private static readonly ImmutableArray<string> Forms = ["role", "all", "inOrder"];
    private static readonly ImmutableArray<string> SeatLists = ["all", "inOrder"];
    private static readonly ImmutableArray<string> SeatKeys = ["role", "onShift", .. LadderBinder.Keys];

    private readonly LadderBinder _ladders = new(directory, reader);

    /// <summary>The approvers that <paramref name="owner"/> must have because it asks; harmless ones after a fault.</summary>
    public Approvers Required(ConfigNode.Map owner, string what)
    {
        if (owner["approvers"] is null)
        {
            reader.Fault(owner.Place, $"{what} asks, so it needs 'approvers', such as {{ role: ROLE }}.");
        }

        return reader.OptionalMap(owner, "approvers") is { } map ? Read(map) : Approvers.None;
    }

    /// <summary>Refuses approvers where nobody is ever asked.</summary>
    public void Refuse(ConfigNode.Map owner, string what)
    {
        if (owner["approvers"] is { } node)
        {
            reader.Fault(node.Place, $"{what} never asks anybody, so it has no 'approvers'.");
        }
    }

    private Approvers Read(ConfigNode.Map map)
    {
        reader.Keys(map, Keys);
        var rungs = _ladders.Read(map, null);
        var ladder = new AskLadder(rungs.RemindAfter, rungs.EscalateAfter, rungs.ExpiresAfter, []);
        var seats = new SortedDictionary<string, int>(StringComparer.Ordinal);
        if (Forms.Count(key => map[key] is not null) != 1)
        {
            reader.Fault(map.Place, "Approvers are either 'role', 'all' or 'inOrder'.");
        }
        else if (map["all"] is { } all)
        {
            (ladder, _) = ReadSeats(map, "all", all, rungs, ladder, seats);
        }
        else if (map["inOrder"] is { } inOrder)
        {
            (ladder, var roles) = ReadSeats(map, "inOrder", inOrder, rungs, ladder, seats);
            ladder = ladder with { Order = Order(inOrder, roles) };
        }
        else
        {
            var role = Seat(seats, map, (int)Math.Min(1000, reader.OptionalWhole(map, "quorum", 1) ?? 1));
            _ladders.CheckTarget(map, role);
            ladder = ladder with { Escalations = Escalations(role, rungs.EscalateTo) };
        }

        ladder = ladder with { OnShift = OnShift(map, seats.Keys) };
        Warn(seats, map);
        return new Approvers([.. seats.Select(s => new Seat(s.Key, s.Value))], ladder);
    }

    /// <summary>Seats of several roles. What a seat says of itself comes before what is said for all; it is one approval, so the earliest times hold for it.</summary>
    private (AskLadder Ladder, List<string> Roles) ReadSeats(
        ConfigNode.Map map, string key, ConfigNode list, LadderBinder.Rungs shared, AskLadder ladder, SortedDictionary<string, int> seats)
    {
        var roles = new List<string>();
        foreach (var seat in reader.Maps(map, key))
        {
            reader.Keys(seat, SeatKeys);
            var role = Seat(seats, seat, 1);
            roles.Add(role);
            var own = _ladders.Read(seat, shared.ExpiresAfter);
            _ladders.CheckTarget(seat, role);
            ladder = new AskLadder(
                new[] { ladder.RemindAfter, own.RemindAfter }.Min(),
                new[] { ladder.EscalateAfter, own.EscalateAfter }.Min(),
                new[] { ladder.ExpiresAfter, own.ExpiresAfter }.Min(),
                ladder.Escalations.Union(Escalations(role, own.EscalateTo ?? shared.EscalateTo)).ToImmutableArray());
        }

        if (list is ConfigNode.List { Items.IsEmpty: true })
        {
            reader.Fault(list.Place, $"'{key}' must name at least one role.");
        }

        if (map["quorum"] is { } quorum)
        {
            reader.Fault(quorum.Place, "'quorum' goes with 'role'; in 'all', name a role once for each seat.");
        }

        return (ladder, roles);
    }

    /// <summary>The roles whose seats are only for people at work: said for all, or of one seat.</summary>
    private ImmutableArray<string> OnShift(ConfigNode.Map map, IEnumerable<string> roles)
    {
        var all = reader.OptionalFlag(map, "onShift") ?? false;
        var each = SeatLists.SelectMany(key => map[key] is ConfigNode.List list ? list.Items.OfType<ConfigNode.Map>() : [])
            .ToLookup(seat => seat["role"] is ConfigNode.Scalar role ? role.Text : string.Empty, seat => reader.OptionalFlag(seat, "onShift"));
        var shifts = roles.Where(role => each[role].FirstOrDefault(f => f is not null) ?? all).ToImmutableArray();
        foreach (var role in shifts.Where(role => directory.People.Where(p => p.Roles.Contains(role)).All(p => p.Hours is null)))
        {
            reader.Warn(map.Place, $"Nobody of the role '{role}' has 'hours' in people.yaml, so that nobody is ever on shift: what they are asked is escalated, or expires as a no.");
        }

        return shifts;
    }

    /// <summary>Each seat after all that stand before it.</summary>
    private ImmutableArray<SeatOrder> Order(ConfigNode list, List<string> roles)
    {
        if (roles.Count == 1 || roles.Distinct().Count() < roles.Count)
        {
            reader.Fault(list.Place, "'inOrder' names two or more roles, each once: who agrees first, and who then. For two people of one role: { role: ROLE, quorum: 2 }.");
            return [];
        }

        return [.. roles.SelectMany((then, place) => roles.Take(place).Select(first => new SeatOrder(first, then)))];
    }

    /// <summary>Where all seats are escalated to a role, its own seat is its own anyway.</summary>
    private static ImmutableArray<SeatEscalation> Escalations(string role, string? to) =>
        role.Length == 0 || string.IsNullOrEmpty(to) || to == role ? [] : [new SeatEscalation(role, to)];

    private string Seat(SortedDictionary<string, int> seats, ConfigNode.Map map, int count)
    {
        var role = reader.Text(map, "role");
        if (role.Length > 0)
        {
            seats[role] = seats.GetValueOrDefault(role) + count;
        }
        else if (map["role"] is ConfigNode.Scalar { IsNull: false } nobody)
        {
            reader.Fault(nobody.Place, "'role' must name a role.");
        }

        return role;
    }

    private void Warn(SortedDictionary<string, int> seats, ConfigNode.Map map)
    {
        foreach (var (role, count) in seats)
        {
            var holders = directory.People.Count(p => p.Roles.Contains(role));
            if (holders == 0)
            {
                reader.Warn(map.Place, $"Nobody in people.yaml holds the role '{role}': what it is asked expires as a no.");
            }
            else if (holders < count)
            {
                reader.Warn(map.Place, $"{count} people of the role '{role}' must agree, and only {holders} hold it: what they are asked expires as a no.");
            }
        }
    }
}
