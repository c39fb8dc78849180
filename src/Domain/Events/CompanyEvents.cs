using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>A configuration came into force. All hosts run this one.</summary>
/// <param name="Hash">Digest of all files.</param>
/// <param name="Files">Path to digest of each file; the texts are blobs.</param>
public sealed record BundleActivated(string Hash, ImmutableSortedDictionary<string, string> Files) : WorkflowEvent;

/// <summary>A key was made. Its secret is shown once and never stored.</summary>
/// <param name="Key">The key's public id.</param>
/// <param name="Person">Who it is.</param>
/// <param name="Scopes">What it may do; empty: what the person may.</param>
/// <param name="SecretHash">SHA-256 of the secret, hex.</param>
/// <param name="Until">When it opens nothing any more; null for never.</param>
public sealed record KeyCreated(
    string Key,
    string Person,
    ImmutableArray<string> Scopes,
    string SecretHash,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until = null) : WorkflowEvent;

/// <summary>A key no longer opens anything.</summary>
public sealed record KeyRevoked(string Key) : WorkflowEvent
{
    /// <summary>How, as <see cref="ApprovalDecided.Via"/> says it. Null in events of before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Via { get; init; }
}

/// <summary>Somebody signed in with a browser. Who it was is the event's actor.</summary>
/// <param name="Via">How: <see cref="Link"/>, <see cref="ByKey"/>, <see cref="Oidc"/>, or <see cref="StandIn"/> for whoever goes on as somebody else where the company allows that.</param>
/// <param name="Key">The key's public id; null without one.</param>
/// <param name="As">As whom they go on; null for as themselves.</param>
/// <param name="Session">Its id, which opens nothing by itself: a cookie is sealed besides. Null in events of before, whose sessions ended with their process.</param>
/// <param name="Replaces">The session of the same browser that ends with it; null for none.</param>
public sealed record SessionBegun(
    string Via,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? As = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Session = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Replaces = null) : WorkflowEvent
{
    /// <summary>With a link that signs in once.</summary>
    public const string Link = "link";

    /// <summary>With a key.</summary>
    public const string ByKey = "key";

    /// <summary>Where people sign in anyway.</summary>
    public const string Oidc = "oidc";

    /// <summary>Signed in already, and now as somebody else, or as themselves again.</summary>
    public const string StandIn = "stand-in";
}

/// <summary>Somebody signed out, or ended another's session. One that ends by itself, after its longest time or with its key, is not written down.</summary>
/// <param name="Session">Which; null in events of before.</param>
/// <param name="Person">Whose it was; null where they ended it themselves.</param>
public sealed record SessionEnded(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Session = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Person = null) : WorkflowEvent;

/// <summary>Somebody said what an outside tool's effects are. It holds for this version of the tool and no other.</summary>
/// <param name="Tool">Its name here.</param>
/// <param name="Version">Digest of what its source listed.</param>
/// <param name="EffectClass">What it does to the world.</param>
/// <param name="Destructive">It may destroy something; null where nobody said.</param>
/// <param name="Idempotent">Twice is as good as once; null where nobody said.</param>
/// <param name="OpenWorld">It reaches beyond the company; null where nobody said.</param>
/// <param name="Entry">Digest of the entry of <c>tools.yaml</c> that says so and names no version: this is the one that it was found to be about. Null where a person said it.</param>
public sealed record ToolClassified(
    string Tool,
    string Version,
    string EffectClass,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Destructive = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Idempotent = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? OpenWorld = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Entry = null) : WorkflowEvent
{
    /// <summary>How, as <see cref="ApprovalDecided.Via"/> says it. Null in events of before, where a file said it, and where a change says it instead.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Via { get; init; }
}

/// <summary>A source listed other tools than before. Kept so that the catalogue is there while the source is not.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Definition">Digest of how it is reached: what another source of the same name listed means nothing for it.</param>
/// <param name="Listing">The blob that has the list.</param>
/// <param name="Tools">How many there are.</param>
public sealed record SourceListed(string Source, string Definition, string Listing, int Tools) : WorkflowEvent;

/// <summary>Somebody stopped a tool, an agent, a workflow or everything.</summary>
/// <param name="Kind"><c>tool</c>, <c>agent</c>, <c>workflow</c> or <c>all</c>.</param>
/// <param name="Name">Which one; <c>*</c> for everything.</param>
/// <param name="Reason">In their words.</param>
public sealed record Suspended(string Kind, string Name, PrivateText Reason) : WorkflowEvent, ICarryPrivateText
{
    /// <summary>How, as <see cref="ApprovalDecided.Via"/> says it. Null in events of before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Via { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}

/// <summary>It may run again.</summary>
public sealed record SuspensionLifted(string Kind, string Name) : WorkflowEvent
{
    /// <summary>How, as <see cref="ApprovalDecided.Via"/> says it. Null in events of before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Via { get; init; }
}

/// <summary>A person's key was destroyed: their words in the journal are unreadable from here on.</summary>
public sealed record PersonErased(string Person) : WorkflowEvent;
