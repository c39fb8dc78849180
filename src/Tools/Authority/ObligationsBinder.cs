using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>obligations</c>: what is to be done about the calls that a rule matches.</summary>
internal sealed class ObligationsBinder(IDirectory directory, ConfigReader reader)
{
    /// <summary>The obligations of a rule; none where it has none.</summary>
    public Obligations Bind(ConfigNode.Map rule, Effect effect)
    {
        if (reader.OptionalMap(rule, "obligations") is not { } map)
        {
            return Obligations.None;
        }

        reader.Keys(map, ["redact", "notify", "hold", "secondLook"]);
        if (effect is Effect.Deny or Effect.Defer)
        {
            foreach (var entry in map.Entries.Where(e => e.Key is "redact" or "hold" or "secondLook"))
            {
                reader.Fault(entry.Place, $"'{entry.Key}' is about a call that is made, and this rule lets none be made.");
            }
        }

        var redact = reader.Texts(map, "redact");
        if (map["redact"] is ConfigNode.List list && (list.Items.IsEmpty || redact.Any(string.IsNullOrWhiteSpace)))
        {
            reader.Fault(list.Place, "'redact' must name fields of the result.");
        }

        return new Obligations(
            [.. redact.Order(StringComparer.Ordinal)], Role(map, "notify"), (long?)reader.OptionalDuration(map, "hold")?.TotalSeconds, Role(map, "secondLook"));
    }

    private ImmutableArray<string> Role(ConfigNode.Map map, string key)
    {
        if (reader.OptionalText(map, key) is not { } role)
        {
            return [];
        }

        if (string.IsNullOrWhiteSpace(role))
        {
            reader.Fault(map[key]!.Place, $"'{key}' must name a role.");
        }
        else if (!directory.People.Any(p => p.Roles.Contains(role)))
        {
            reader.Warn(map[key]!.Place, $"Nobody in people.yaml holds the role '{role}': nobody will look.");
        }

        return [role];
    }
}
