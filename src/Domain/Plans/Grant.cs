using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>What one task may do. Fixed when the plan is adopted, before outside data is read, and never wider than what it was handed out from.</summary>
/// <param name="Tools">Names of tools, no patterns.</param>
/// <param name="Budget">The task's slice; null when only wider scopes bind it.</param>
/// <param name="Expires">UTC; null when it lasts as long as the task.</param>
/// <param name="Limits">What arguments may be, at most one for each argument of a tool; null for no limit.</param>
/// <param name="Resources">What calls may touch: <c>type:id</c>, a trailing <c>*</c> for any ending; null for anything, empty for nothing.</param>
/// <param name="Reads">The only labels that the task may take in; null for any.</param>
/// <param name="Releases">The only labels that it may let out of the company; null for whatever authority lets out.</param>
public sealed record Grant(
    ImmutableArray<string> Tools,
    Amounts? Budget = null,
    DateTimeOffset? Expires = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ArgumentLimit>? Limits = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Resources = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Reads = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Releases = null)
{
    /// <summary>Why a call lies outside; null when it lies inside.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="args">Its arguments, an object.</param>
    /// <param name="touched">What it touches, each <c>type:id</c>; empty when the tool does not say.</param>
    /// <param name="now">UTC.</param>
    public string? WhyNot(string tool, JsonText args, IEnumerable<string> touched, DateTimeOffset now) =>
        !Tools.Contains(tool) ? $"The task's grant does not cover {tool}."
        : now >= Expires ? $"The task's grant ran out at {Expires:u}."
        : Resources is { } resources && touched.FirstOrDefault(t => !resources.Any(r => ResourcePattern.Covers(r, t))) is { } outside ? $"The task's grant does not reach {outside}."
        : (Limits ?? []).Where(l => l.Tool == tool).Select(l => l.WhyNot(args)).FirstOrDefault(why => why is not null);

    /// <summary>Those of <paramref name="labels"/> that the task may not take in, each once, ordinal; empty when it may take in all.</summary>
    /// <param name="labels">Of what a tool gave.</param>
    public ImmutableArray<string> Unreadable(IEnumerable<Label> labels) => Outside(Reads, labels);

    /// <summary>Those of <paramref name="labels"/> that the task may not let out of the company, each once, ordinal; empty when it may let out all.</summary>
    /// <param name="labels">Of what would leave.</param>
    public ImmutableArray<string> Unreleasable(IEnumerable<Label> labels) => Outside(Releases, labels);

    /// <summary>
    /// What the check of a deliverable may do: read with one tool, which the adopted plan names, within everything else that binds the task and within what the
    /// plan's tasks were handed out from. The values that it reads by come from the deliverable, so whoever writes that must not reach further through it.
    /// </summary>
    /// <param name="tool">The tool of the check.</param>
    /// <param name="envelope">What the task's grant was handed out from; null for nothing.</param>
    public Grant ToRead(string tool, Grant? envelope)
    {
        var asked = this with { Tools = [tool] };
        return envelope is null ? asked : GrantMeet.Of(envelope, asked).Granted;
    }

    /// <summary>
    /// What the preview of a call may do: read with one tool, and let out of the company what the task may and nothing else, because it is asked with the call's arguments.
    /// What else binds the task says nothing of what those may see who are asked.
    /// </summary>
    /// <param name="tool">The tool of the preview.</param>
    public Grant ToShow(string tool) => new([tool], Releases: Releases);

    private static ImmutableArray<string> Outside(ImmutableArray<string>? only, IEnumerable<Label> labels) =>
        only is not { } named ? [] : [.. labels.SelectMany(l => l.Names).Where(n => !named.Contains(n)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
