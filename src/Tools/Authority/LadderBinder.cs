using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>remindAfter</c>, <c>escalateAfter</c>, <c>escalateTo</c> and <c>expiresAfter</c>, of approvers and of one seat among them.</summary>
internal sealed class LadderBinder(IDirectory directory, ConfigReader reader)
{
    /// <summary>The keys that it reads.</summary>
    public static readonly string[] Keys = ["remindAfter", "escalateAfter", "escalateTo", "expiresAfter"];

    /// <summary>What the map says of each time, and the role that it escalates to.</summary>
    /// <param name="map">Approvers, or one seat.</param>
    /// <param name="within">When the whole of it ends, where the map does not say; null for the default.</param>
    public Rungs Read(ConfigNode.Map map, TimeSpan? within)
    {
        var rungs = new Rungs(
            reader.OptionalDuration(map, "remindAfter"), reader.OptionalDuration(map, "escalateAfter"), reader.OptionalText(map, "escalateTo"), reader.OptionalDuration(map, "expiresAfter"));
        CheckPair(map);
        CheckOrder(map, rungs, rungs.ExpiresAfter ?? within ?? AskLadder.DefaultExpiry);
        if (rungs.EscalateTo is { Length: > 0 } role && !directory.People.Any(p => p.Roles.Contains(role)))
        {
            reader.Warn(map["escalateTo"]!.Place, $"Nobody in people.yaml holds the role '{role}': escalating to it lets nobody in.");
        }

        return rungs;
    }

    /// <summary>Refuses an escalation of a seat to the role that sits there anyway.</summary>
    public void CheckTarget(ConfigNode.Map map, string role)
    {
        if (role.Length > 0 && map["escalateTo"] is ConfigNode.Scalar { IsNull: false } target && target.Text == role)
        {
            reader.Fault(target.Place, $"It is asked of '{role}' already: 'escalateTo' names another role.");
        }
    }

    private void CheckPair(ConfigNode.Map map)
    {
        if (map["escalateAfter"] is { } after && map["escalateTo"] is null)
        {
            reader.Fault(after.Place, "'escalateAfter' goes with 'escalateTo': to which role?");
        }
        else if (map["escalateTo"] is { } to && map["escalateAfter"] is null)
        {
            reader.Fault(to.Place, "'escalateTo' goes with 'escalateAfter': after how long?");
        }
    }

    private void CheckOrder(ConfigNode.Map map, Rungs rungs, TimeSpan end)
    {
        if (rungs.RemindAfter >= end)
        {
            reader.Fault(map["remindAfter"]!.Place, "'remindAfter' must be before 'expiresAfter' (2d where it is not given): there is nothing to be reminded of then.");
        }

        if (rungs.EscalateAfter >= end)
        {
            reader.Fault(map["escalateAfter"]!.Place, "'escalateAfter' must be before 'expiresAfter' (2d where it is not given): there is nothing to decide then.");
        }

        if (rungs.RemindAfter >= rungs.EscalateAfter)
        {
            reader.Fault(map["remindAfter"]!.Place, "'remindAfter' must be before 'escalateAfter': whoever is asked is reminded before others are let in.");
        }
    }

    /// <summary>As the file says; null for what it does not say.</summary>
    internal sealed record Rungs(TimeSpan? RemindAfter, TimeSpan? EscalateAfter, string? EscalateTo, TimeSpan? ExpiresAfter);
}
