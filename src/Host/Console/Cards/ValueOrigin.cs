using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>Where a value of a call's arguments was seen before, for whoever decides about it. It explains; whether a value is believed is for the gate's labels to say.</summary>
/// <param name="Kind">A class of the style: <c>person</c>, <c>words</c>, <c>read</c>, <c>untrusted</c>, <c>composed</c> or <c>checked</c>.</param>
/// <param name="Words">For people.</param>
internal sealed record ValueOrigin(string Kind, string Words)
{
    /// <summary>What the gate found out itself.</summary>
    public static readonly ValueOrigin Checked = new("checked", "checked by the gate");

    private static readonly ValueOrigin Composed = new("composed", "written by the agent");
    private static readonly ValueOrigin FromGoal = new("words", "in the goal");

    private const int ShortestWord = 3;

    /// <summary>True for what nobody vouches for: what an agent wrote itself, and what anybody could have written.</summary>
    public bool IsDoubtful => Kind is "untrusted" or "composed";

    /// <summary>The scalars of a call's arguments, each with where it was seen.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="call">The call.</param>
    /// <param name="args">Its arguments as they are asked about.</param>
    /// <param name="edited">Paths that a person wrote.</param>
    /// <param name="editor">Who did; null when nobody did.</param>
    /// <param name="returns">Who can write what a call gave; null for a company that says nothing of the kind.</param>
    public static ImmutableArray<ArgumentField> Of(
        WorkflowState state, CallId call, JsonText args, IReadOnlySet<string> edited, string? editor, Func<CallState, OutputContract?> returns)
    {
        var goal = state.Submitted is { } submitted ? $"{submitted.Goal.Words}\n{string.Join('\n', ArgumentLeaf.Of(submitted.Inputs).Select(l => l.Text))}" : string.Empty;
        var leaves = ArgumentLeaf.Of(args);
        var read = ReadBefore(state, call, leaves.Select(l => l.Text).Where(t => t.Length > 0).ToHashSet(StringComparer.Ordinal), returns);
        return
        [
            .. leaves.Select(leaf => new ArgumentField(leaf, editor is not null && edited.Any(e => IsAt(leaf.Path, e)) ? new ValueOrigin("person", $"written by {editor}")
                : Stands(goal, leaf.Text) ? FromGoal
                : read.TryGetValue(leaf.Text, out var seen) ? OfResult(seen.Tool, seen.Belief)
                : Composed)),
        ];
    }

    /// <summary>What anybody could have written is said to be so, in words and not by a colour alone.</summary>
    private static ValueOrigin OfResult(string tool, Integrity? belief) =>
        belief <= Integrity.ThirdParty ? new ValueOrigin("untrusted", $"untrusted: read with {tool}") : new ValueOrigin("read", $"read with {tool}");

    /// <summary>
    /// Which of some values a call of this workflow gave back before, with the first tool of those that are believed most. No belief where nobody says who can write what. Results
    /// are long and arguments short, and a page has many of both: what is not looked for is passed over.
    /// </summary>
    private static Dictionary<string, (string Tool, Integrity? Belief)> ReadBefore(WorkflowState state, CallId call, HashSet<string> wanted, Func<CallState, OutputContract?> returns)
    {
        var values = new Dictionary<string, (string Tool, Integrity? Belief)>(StringComparer.Ordinal);
        var before = state.Calls.GetValueOrDefault(call)?.Seqs is [var first, ..] ? first : int.MaxValue;
        foreach (var other in state.Calls.Values.Where(c => c.Settled is not null && c.Seqs is [.., var last] && last < before && !state.IsPreview(c)).OrderBy(c => c.Seqs[0]))
        {
            var contract = returns(other);
            foreach (var (text, steps) in ArgumentLeaf.Find(wanted, other.Settled!.Result))
            {
                var belief = contract?.Of(steps.AsSpan()).Label.Integrity;
                if (!values.TryGetValue(text, out var known) || belief > known.Belief)
                {
                    values[text] = (other.Proposed.Tool, belief);
                }
            }
        }

        return values;
    }

    private static bool IsAt(string path, string changed) => path == changed || path.StartsWith(changed + ".", StringComparison.Ordinal) || path.StartsWith(changed + "[", StringComparison.Ordinal);

    private static bool Stands(string text, string value)
    {
        for (var at = value.Length >= ShortestWord ? text.IndexOf(value, StringComparison.OrdinalIgnoreCase) : -1; at >= 0; at = text.IndexOf(value, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + value.Length == text.Length || !char.IsLetterOrDigit(text[at + value.Length])))
            {
                return true;
            }
        }

        return false;
    }
}
