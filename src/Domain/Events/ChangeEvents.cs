using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>Somebody wants another configuration in force that lets more through than the one that is: it waits for a second person.</summary>
/// <param name="Change">Its id.</param>
/// <param name="Hash">Digest of all files, as they would come into force; of those in force, where no file changes.</param>
/// <param name="Files">Path to digest of each file; the texts are blobs.</param>
/// <param name="Base">Digest of what was in force when it was compared.</param>
/// <param name="Widenings">What it lets through that <paramref name="Base"/> does not, or may not; computed, never empty.</param>
/// <param name="Rule">A standing rule, JSON, that is all there is to it: it can still be confirmed when something else came into force meanwhile. Null for files.</param>
/// <param name="Reason">Why, in the author's words; null for none.</param>
public sealed record ChangeProposed(
    ChangeId Change,
    string Hash,
    ImmutableSortedDictionary<string, string> Files,
    string Base,
    ImmutableArray<ProposedWidening> Widenings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonText? Rule,
    PrivateText? Reason) : WorkflowEvent, ICarryPrivateText
{
    /// <summary>How the author said so: <c>api</c>, <c>console</c>, <c>local-terminal</c>; null where that was not written down.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Via { get; init; }

    /// <summary>People who may not confirm it beside its author: whoever asked for, or delegated, the call that the rule came from. Null for nobody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Barred { get; init; }

    /// <summary>What an outside tool is to count as, and that is all there is to it: no file changes. Null for files and rules.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ToolClassified? Classification { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}

/// <summary>One thing that a change lets through.</summary>
/// <param name="About">A tool, an agent, a person, a file.</param>
/// <param name="Message">A sentence.</param>
/// <param name="IsCertain">False where nobody can say; that counts as if it did.</param>
/// <param name="Example">A call that shows it; null for none.</param>
public sealed record ProposedWidening(
    string About, string Message, bool IsCertain, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Example = null);

/// <summary>A change that waits was compared anew, because something else is in force than when it was proposed.</summary>
/// <param name="Change">Which.</param>
/// <param name="Base">Digest of what it was compared with.</param>
/// <param name="Widenings">What it lets through that <paramref name="Base"/> does not, or may not; computed, never empty.</param>
public sealed record ChangeCompared(ChangeId Change, string Base, ImmutableArray<ProposedWidening> Widenings) : WorkflowEvent;

/// <summary>A proposed change was decided. Confirmed, the next event brings it into force.</summary>
/// <param name="Change">Which.</param>
/// <param name="Verdict">How.</param>
/// <param name="Reason">Their words; null for none.</param>
public sealed record ChangeDecided(ChangeId Change, ChangeVerdict Verdict, PrivateText? Reason) : WorkflowEvent, ICarryPrivateText
{
    /// <summary>How: <c>api</c>, <c>console</c>, <c>local-terminal</c>; null where that was not written down.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Via { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}

/// <summary>What became of a proposed change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeVerdict>))]
public enum ChangeVerdict
{
    /// <summary>A second person agreed: it came into force.</summary>
    [JsonStringEnumMemberName("confirmed")]
    Confirmed,

    /// <summary>It never will.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected,

    /// <summary>Something else came into force first, so that what was computed says nothing any more.</summary>
    [JsonStringEnumMemberName("superseded")]
    Superseded,
}
