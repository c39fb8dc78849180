using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>The only way to a model: authority and budgets first, then <c>ModelAsked</c>, then the question.</summary>
public interface IModelGate
{
    /// <summary>
    /// Asks. The answer is journaled (deferred, so that it travels with what follows from it). Asked again under the same id after a crash, the
    /// question is sent again under the reservation it already has. Never throws for what a model does.
    /// </summary>
    Task<ModelReplied> AskAsync(ModelQuestion question, IWorkflowLog log, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a model could be told something confidential, so that nothing is put into a question for which the question would not be let out. Only the look before; what
    /// decides is <see cref="AskAsync"/>.
    /// </summary>
    /// <param name="model">A model's name of <c>company.yaml</c>, or <c>default</c>.</param>
    /// <param name="labels">What is confidential about it, by name.</param>
    bool MayTell(string model, ImmutableArray<string> labels);
}

/// <summary>A question to a model.</summary>
/// <param name="Ask">Its id, always the same for the same question.</param>
/// <param name="Task">For which task; null for the manager's own.</param>
/// <param name="Step">What is asked.</param>
/// <param name="Role"><c>manager</c> or an agent's name.</param>
/// <param name="Model">A model's name of <c>company.yaml</c>, or <c>default</c>.</param>
/// <param name="Messages">System first.</param>
/// <param name="Tools">What may be called in the reply; none for a question that wants words.</param>
/// <param name="ReplySchema">The JSON Schema that the reply should satisfy; JSON null when it is free.</param>
/// <param name="MaxTokens">Upper bound for the reply.</param>
public sealed record ModelQuestion(
    AskId Ask,
    TaskId? Task,
    string Step,
    string Role,
    string Model,
    ImmutableArray<ModelMessage> Messages,
    ImmutableArray<ToolDescription> Tools,
    JsonText ReplySchema,
    int MaxTokens = 4096)
{
    /// <summary>For which workflow, as the gate says; null before it has.</summary>
    public WorkflowId? Workflow { get; init; }

    /// <summary>
    /// Looked at before the question is sent a second time: why it may not be, or null. The gate gives it along, since people stop things while an endpoint is waited for.
    /// Null where nobody looks.
    /// </summary>
    public Func<string?>? WhyNotAgain { get; init; }
}

/// <summary>A connection to models, behind the gate. Retries, timeouts and the wire are its business; budgets are not, nor is what has been stopped: it asks <see cref="ModelQuestion.WhyNotAgain"/>.</summary>
public interface IModelClient
{
    /// <summary>The models that can be asked: the name used in files, and whether the endpoint is inside the company.</summary>
    ImmutableArray<ModelInfo> Models { get; }

    /// <summary>
    /// Sends a question. <c>default</c> is resolved to the default model. Never throws for what a model or an endpoint does; a cancelled token throws.
    /// </summary>
    Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken);
}

/// <summary>A model that can be asked.</summary>
/// <param name="Name">As in <c>company.yaml</c>.</param>
/// <param name="IsScripted">True for the scripted model; said plainly wherever figures are shown.</param>
/// <param name="IsInside">True when the endpoint is declared to be inside the company.</param>
/// <param name="InputPrice">Per million tokens, in the company's currency; 0 when it has none.</param>
/// <param name="OutputPrice">Per million tokens, in the company's currency; 0 when it has none.</param>
public sealed record ModelInfo(string Name, bool IsScripted, bool IsInside, decimal InputPrice, decimal OutputPrice)
{
    /// <summary>The longest that an answer can take, pauses and further attempts among it: what is set aside where time is capped. Default 2 min.</summary>
    public TimeSpan LongestAnswer { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whose protocol is spoken, as telemetry names it. Default <c>openai</c>, which most endpoints speak.</summary>
    public string Provider { get; init; } = "openai";
}

/// <summary>What came back from a model.</summary>
/// <param name="Outcome">How it ended; never <see cref="ModelOutcome.Refused"/>.</param>
/// <param name="Text">The words; null when there are none.</param>
/// <param name="Calls">Proposed calls.</param>
/// <param name="Usage">As the endpoint says, or estimated; null when nothing was sent.</param>
/// <param name="Error">What went wrong, for people; null when nothing did.</param>
public sealed record ModelAnswer(ModelOutcome Outcome, string? Text, ImmutableArray<ModelToolCall> Calls, ModelUsage? Usage, string? Error);
