namespace AiManager.Host;

/// <summary>
/// Agents that may do more than before, or of whom nobody can say: everything in their front matter counts but what is known to let nothing through. The words of their
/// prompts do not: what an agent may do is decided outside of its model.
/// </summary>
internal static class AgentChanges
{
    private const string Folder = "agents/";

    /// <summary>Compares.</summary>
    public static IEnumerable<ProposedWidening> Of(LoadedCompany before, LoadedCompany after)
    {
        foreach (var now in after.Directory.Agents)
        {
            var was = before.Directory.Agents.FirstOrDefault(a => a.Name == now.Name);
            if (now.Tools.Except(was?.Tools ?? []).ToList() is { Count: > 0 } gained)
            {
                yield return new ProposedWidening(now.Name, $"The agent has {string.Join(", ", gained)} from then on ({Folder}{now.Name}.md).", true);
            }

            if (was is null)
            {
                if (now.Tools.IsEmpty)
                {
                    yield return new ProposedWidening(now.Name, $"An agent of this name is new: tasks and reviews may be given to it ({Folder}{now.Name}.md).", false);
                }
            }
            else if (BundleReview.Different(BundleReview.FrontOf(before, Folder, now.Name), BundleReview.FrontOf(after, Folder, now.Name), [.. NoMore(was, now)]).ToList() is { Count: > 0 } keys)
            {
                yield return new ProposedWidening(now.Name, $"What {Folder}{now.Name}.md says under {BundleReview.Quoted(keys)} is not the same.", false);
            }
        }
    }

    /// <summary>Keys that may differ and let nothing more through. Skills bring tasks, and what knowledge is for those who have them; a model is told what an agent reads.</summary>
    private static IEnumerable<string> NoMore(AgentProfile was, AgentProfile now)
    {
        yield return "tools"; // told by themselves
        if (now.Skills.All(was.Skills.Contains))
        {
            yield return "skills";
        }

        if (now.Model == was.Model)
        {
            yield return "model";
        }

        if (now.Limits.Turns <= was.Limits.Turns && now.Limits.Tokens <= was.Limits.Tokens)
        {
            yield return "limits";
        }
    }
}
