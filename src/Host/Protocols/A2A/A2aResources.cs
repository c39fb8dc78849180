using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Host;

/// <summary>A workflow, as A2A writes a task.</summary>
/// <param name="Id">The workflow's.</param>
/// <param name="ContextId">The same: a conversation is about one workflow.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Artifacts">What came out of it; null where nobody asked.</param>
/// <param name="History">What people and programs said to it, oldest first; null where nobody asked.</param>
internal sealed record A2aTask(string Id, string ContextId, A2aStatus Status, ImmutableArray<A2aArtifact>? Artifacts = null, ImmutableArray<A2aMessage>? History = null);

/// <summary>Where a task stands.</summary>
/// <param name="State">See <see cref="A2aStates"/>.</param>
/// <param name="Message">In words, with who must act; null in lists.</param>
/// <param name="Timestamp">UTC.</param>
internal sealed record A2aStatus(string State, A2aMessage? Message, DateTimeOffset Timestamp);

/// <summary>Something said.</summary>
internal sealed record A2aMessage(string MessageId, string Role, ImmutableArray<A2aPart> Parts, string ContextId, string TaskId)
{
    /// <summary>Said to the manager.</summary>
    public const string User = "ROLE_USER";

    /// <summary>Said by it.</summary>
    public const string Agent = "ROLE_AGENT";
}

/// <summary>Words, or a value; one of the two.</summary>
/// <param name="Text">Words; null for a value.</param>
/// <param name="Data">A value; null for words.</param>
/// <param name="Metadata">About it; null for nothing.</param>
internal sealed record A2aPart(string? Text = null, JsonText? Data = null, JsonText? Metadata = null);

/// <summary>Something that came out of a task.</summary>
/// <param name="ArtifactId">Of the plan's task that gave it, or <c>report</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Parts">At least one.</param>
internal sealed record A2aArtifact(string ArtifactId, string Name, ImmutableArray<A2aPart> Parts);

/// <summary>One of the three: what a message came to, and each piece of a stream.</summary>
internal sealed record A2aNews(A2aTask? Task = null, A2aStatusUpdate? StatusUpdate = null, A2aArtifactUpdate? ArtifactUpdate = null);

/// <summary>A task stands elsewhere now.</summary>
internal sealed record A2aStatusUpdate(string TaskId, string ContextId, A2aStatus Status);

/// <summary>Something came out of a task.</summary>
internal sealed record A2aArtifactUpdate(string TaskId, string ContextId, A2aArtifact Artifact, bool LastChunk = true);

/// <summary>A page of tasks.</summary>
/// <param name="Tasks">What changed last first.</param>
/// <param name="NextPageToken">Empty at the end.</param>
/// <param name="PageSize">As it was asked for.</param>
/// <param name="TotalSize">How many there are on all pages.</param>
internal sealed record A2aTaskPage(ImmutableArray<A2aTask> Tasks, string NextPageToken, int PageSize, long TotalSize);

/// <summary>A JSON-RPC reply: a result or an error.</summary>
internal sealed record A2aReply(JsonText Id, JsonText? Result = null, A2aError? Error = null)
{
    /// <summary>The protocol's version.</summary>
    public string Jsonrpc => "2.0";
}

/// <summary>Why a call was refused.</summary>
internal sealed record A2aError(int Code, string Message, ImmutableArray<A2aErrorInfo>? Data);

/// <summary>An HTTP reply that refuses a call, as google.rpc writes it.</summary>
internal sealed record A2aRestRefusal(A2aRestError Error);

/// <summary>Why.</summary>
internal sealed record A2aRestError(int Code, string Status, string Message, ImmutableArray<A2aErrorInfo> Details);

/// <summary>The error's name, for programs.</summary>
internal sealed record A2aErrorInfo(string Reason)
{
    /// <summary>What this is.</summary>
    [JsonPropertyName("@type")]
    public string Type => "type.googleapis.com/google.rpc.ErrorInfo";

    /// <summary>Whose names these are.</summary>
    public string Domain => "a2a-protocol.org";
}

/// <summary>What is waited for, as a value beside the words.</summary>
internal sealed record A2aWaitingList(ImmutableArray<A2aWaiting> WaitingFor);

/// <summary>Somebody who must act.</summary>
/// <param name="Kind"><c>approval</c>, <c>escalation</c> or <c>task</c>.</param>
/// <param name="Id">Of the approval, the escalation or the task.</param>
/// <param name="Roles">Whose answer is missing; empty when it is one person's.</param>
/// <param name="Person">Whose task it is; null when a role must act.</param>
/// <param name="Question">What is to be decided or done.</param>
/// <param name="Choices">For an escalation: what can be answered; null otherwise.</param>
/// <param name="Until">UTC; null when it does not run out.</param>
internal sealed record A2aWaiting(string Kind, string Id, ImmutableArray<string> Roles, string? Person, string Question, ImmutableArray<string>? Choices, DateTimeOffset? Until);
