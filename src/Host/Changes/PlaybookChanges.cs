using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>
/// Playbooks that hold their runs to less than before: to another budget, to less proof, to another grant. Everything in their front matter counts but what is known to let
/// nothing through; the words of the page below it do not. Goals reach a playbook by its name or by a wording, so one that is called otherwise or whose wordings go elsewhere
/// holds them no longer.
/// </summary>
internal static class PlaybookChanges
{
    private const string Folder = "playbooks/";

    /// <summary>Words that hold no run to anything; wordings are looked at by where they lead, and the mode by what it is when it is not written.</summary>
    private static readonly ImmutableArray<string> Harmless = ["name", "outcome", "goals", "mode"];

    /// <summary>Compares.</summary>
    public static IEnumerable<ProposedWidening> Of(LoadedCompany before, LoadedCompany after)
    {
        foreach (var was in before.Playbooks.All)
        {
            var front = BundleReview.FrontOf(before, Folder, was.Name);
            if (after.Playbooks.Find(was.Name) is not { } now)
            {
                if (Held(was, front) is { Count: > 0 } held)
                {
                    yield return new ProposedWidening(was.Name, $"There is no playbook of this name any more, and with it goes what its runs were held to ({string.Join(", ", held)}).", false);
                }

                continue;
            }

            if (was.IsShadow && !now.IsShadow)
            {
                yield return new ProposedWidening(was.Name, "The playbook is in shadow no longer: its runs do what they decide.", true);
            }

            if (BundleReview.Different(front, BundleReview.FrontOf(after, Folder, was.Name), [.. Harmless, .. NoLess(was, now)]).ToList() is { Count: > 0 } keys)
            {
                yield return new ProposedWidening(was.Name, $"What the playbook says under {BundleReview.Quoted(keys)} is not the same, and its runs may be held to less.", false);
            }

            if (was.Goals.FirstOrDefault(goal => before.Playbooks.ByWording(goal) == was && after.Playbooks.ByWording(goal) != now) is { } wording)
            {
                yield return new ProposedWidening(was.Name, $"The goal '{wording}' is not the playbook's any more, so that what held its runs does not hold there.", false);
            }
        }

        foreach (var now in after.Playbooks.All.Where(p => before.Playbooks.Find(p.Name) is null))
        {
            yield return new ProposedWidening(now.Name, "A playbook of this name is new: goals that it fits are pursued and proved as it says.", false);
        }
    }

    /// <summary>Keys that are not the same and hold runs to no less than before.</summary>
    private static IEnumerable<string> NoLess(Playbook was, Playbook now)
    {
        if (now.Budget == Amounts.Least(was.Budget, now.Budget))
        {
            yield return "budget";
        }

        if (was.Acceptance.All(now.Acceptance.Contains))
        {
            yield return "acceptance";
        }

        if (was.Singleton is null)
        {
            yield return "singleton";
        }

        if (was.Deadline is null || now.Deadline <= was.Deadline)
        {
            yield return "deadline";
        }

        if (was.Grant is null)
        {
            yield return "grant";
        }

        if (was.Agents.IsEmpty || (!now.Agents.IsEmpty && now.Agents.All(was.Agents.Contains)))
        {
            yield return "agents";
        }
    }

    private static List<string> Held(Playbook was, ConfigNode.Map? front) =>
        [.. was.IsShadow ? ["mode: shadow"] : Array.Empty<string>(), .. front?.Entries.Select(e => e.Key).Except(Harmless) ?? []];
}
