using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Compares flows by id: one that is gone, or is about less, lets more data through.</summary>
internal static class FlowChanges
{
    public static IEnumerable<PolicyChange> Of(FlowPolicy before, FlowPolicy after)
    {
        var later = after.Rules.ToDictionary(f => f.Id, StringComparer.Ordinal);
        foreach (var was in before.Rules)
        {
            if (!later.TryGetValue(was.Id, out var now))
            {
                yield return Change(was.Id, true, "the flow is gone");
                continue;
            }

            if (now.Effect > was.Effect || (now.IsAboutAuthority && !was.IsAboutAuthority) || was.Labels.Except(now.Labels).Count > 0 || was.To.Any(t => now.To.All(n => n.Text != t.Text)))
            {
                yield return Change(was.Id, true, "the flow is about less, or asks where it denied");
            }

            foreach (var change in was.Effect == Effect.Ask && now.Effect == Effect.Ask ? ApproverChanges.WithSeats(was.Id, was.Approvers, now.Approvers) : [])
            {
                yield return change;
            }
        }

        foreach (var added in after.Rules.Where(f => before.Rules.All(o => o.Id != f.Id)))
        {
            yield return Change(added.Id, false, "the flow is new");
        }

        // What stands in a list of the company is believed wherever it turns up.
        foreach (var (name, value) in before.Rules.IsEmpty ? [] : after.Lists.Except(before.Lists))
        {
            yield return Change(name, true, $"'{value}' is believed wherever it turns up (lists)");
        }
    }

    private static PolicyChange Change(string id, bool isWider, string message) => new(id, [], null, null, isWider, IsCertain: true, message, null);
}
