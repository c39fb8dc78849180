using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// Who besides the requester made a call what it is. Not everybody who ever said something in its workflow: those in whose words one of its arguments stands, in
/// messages, answers, deliverables and edits of other calls, and whoever had its task given to somebody else. Found as the origin of a value is, and in disguise too:
/// to keep somebody from deciding, a look-alike is enough. Pure.
/// </summary>
public static class Steering
{
    private const int MostNamed = 3;

    /// <summary>Shorter values stand in many places by chance: they count where they are called by the argument's own name, or by what makes them an id.</summary>
    private const int ShortestByChance = 3;

    private static readonly OutputContract Said = new([new FieldLabel(".", Label.Of(Integrity.User))]);

    private static readonly AuthorityArguments AsAmounts = new([new AuthorityArgument(".", AuthorityArgument.Amount, null)]);

    /// <summary>Finds them, by id, each once; empty where nobody but the requester spoke.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="call">The call; what was written into itself while it was decided is how approvers decide, and does not count.</param>
    /// <param name="task">Its task; null for none.</param>
    /// <param name="args">What would be sent.</param>
    public static ImmutableArray<Steerer> Of(WorkflowState state, CallId call, TaskId? task, JsonText args)
    {
        ArgumentNullException.ThrowIfNull(state);
        var requester = state.Submitted?.Requester;
        var found = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var words in Words(state, call).Where(w => w.Person != requester))
        {
            if (Paths(words, args) is { Count: > 0 } paths)
            {
                Add(words.Person, $"{string.Join(", ", paths.Take(MostNamed))}{(paths.Count > MostNamed ? " and more" : string.Empty)} as in {words.Place}");
            }
        }

        if (state.Submitted?.SetOffBy is { } setOff && setOff != requester)
        {
            Add(setOff, "set the monitor off that asked for it");
        }

        foreach (var person in Delegators(state, task).Where(p => p != requester))
        {
            Add(person, "had the task handed to somebody else");
        }

        return [.. found.Select(f => new Steerer(f.Key, string.Join("; ", f.Value.Distinct(StringComparer.Ordinal))))];

        void Add(string person, string because)
        {
            (found.TryGetValue(person, out var known) ? known : found[person] = []).Add(because);
        }
    }

    private static IEnumerable<Spoken> Words(WorkflowState state, CallId call)
    {
        foreach (var message in state.Messages)
        {
            yield return new Spoken(message.Text.Person, "their message", message.Text.Words, null);
        }

        foreach (var escalation in state.Escalations.Values)
        {
            if (escalation is { Answer: { } answer, By.PersonId: { } person })
            {
                yield return new Spoken(person, "their answer", answer, null);
            }
        }

        foreach (var task in state.Tasks)
        {
            if (task is { Executor.Actor.PersonId: { } person, Deliverable.IsNull: false })
            {
                yield return new Spoken(person, $"what they handed in for '{task.Task.Title}'", null, task.Deliverable);
            }
        }

        foreach (var other in state.Calls.Values.Where(c => c.Proposed.Call != call))
        {
            if (other.Edited is { Edit: { } edit } edited)
            {
                foreach (var value in ArgumentDiff.Of(state.Approvals[edit.Approval].Requested.Args, edited.Args).Select(d => d.After).OfType<JsonText>())
                {
                    yield return new Spoken(edit.By, "what they wrote into another call", null, value);
                }
            }

            if (other.Answer is { } given && state.Approvals.GetValueOrDefault(given.Approval)?.By is { } by)
            {
                yield return new Spoken(by, "their answer in a tool's place", other.Refusal, given.Result);
            }
        }
    }

    /// <summary>Who answered, of this task or the one that it repeats, that somebody else is to do it.</summary>
    private static IEnumerable<string> Delegators(WorkflowState state, TaskId? task)
    {
        var template = task is { } id ? state.Task(id)?.Task.Template : null;
        return task is null
            ? []
            : state.Escalations.Values.Where(e => e.Choice == DeadlineFold.Reassign && e.Raised.Task is { } about && (about == task || about == template)).Select(e => e.By?.PersonId).OfType<string>();
    }

    /// <summary>The arguments that stand in somebody's words.</summary>
    private static SortedSet<string> Paths(Spoken spoken, JsonText args)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        if (spoken.Text is { } text)
        {
            var seen = new Provenance();
            seen.AddWords(spoken.Place, text, Label.Of(Integrity.User));

            // As something that is not believed it is found in disguise too.
            seen.AddWords(spoken.Place, text, Label.Of(Integrity.Unknown));
            paths.UnionWith(Seen(seen, args, AuthorityArguments.None).Select(l => l.Path));
            paths.UnionWith(Seen(seen, args, AsAmounts).Where(l => l.Shown.Length >= ShortestByChance).Select(l => l.Path));
        }

        if (spoken.Values is { } values)
        {
            var seen = new Provenance();
            seen.AddValues(spoken.Place, values.ToElement(), Said);
            paths.UnionWith(Seen(seen, args, AuthorityArguments.None).Where(l => l.Shown.Length >= ShortestByChance || l.Sources.Any(s => Last(s) == Last(l.Path))).Select(l => l.Path));
        }

        return paths;
    }

    private static IEnumerable<ArgumentLabel> Seen(Provenance seen, JsonText args, AuthorityArguments declared) =>
        seen.LabelsOf(args.ToElement(), declared).Where(l => l.Origin is LabelOrigin.Proven or LabelOrigin.Found);

    /// <summary>The name of a field: what stands behind the last point or space.</summary>
    private static string Last(string path) => path[(path.LastIndexOfAny(['.', ' ']) + 1)..];

    /// <param name="Person">Whose.</param>
    /// <param name="Place">Where, for people.</param>
    /// <param name="Text">Words, in which values may stand; null for none.</param>
    /// <param name="Values">Values; null for none.</param>
    private sealed record Spoken(string Person, string Place, string? Text, JsonText? Values);
}
