using AiManager.Domain;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>Every message this project writes. Ids 2000–2099; an id is never reused.</summary>
internal static partial class ToolsLog
{
    [LoggerMessage(2000, LogLevel.Error, "Deciding on {Call} of {Tool} failed; it is denied")]
    public static partial void DecidingFailed(this ILogger logger, Exception fault, CallId call, string tool);

    /// <param name="logger">Where to.</param>
    /// <param name="fault">As text, without secrets: an exception of somebody else's code can hold anything.</param>
    /// <param name="tool">Which.</param>
    /// <param name="call">Which.</param>
    [LoggerMessage(2001, LogLevel.Error, "The tool {Tool} broke off while {Call} was being made: {Fault}")]
    public static partial void ToolBrokeOff(this ILogger logger, string fault, string tool, CallId call);

    [LoggerMessage(2003, LogLevel.Warning, "The lease of {Workflow} was lost in the middle of {Call}; told late that it {Outcome}: {Result}")]
    public static partial void LateOutcome(this ILogger logger, CallId call, WorkflowId workflow, CallOutcome outcome, string result);

    [LoggerMessage(2004, LogLevel.Warning, "What came of {Call} in {Workflow} cannot be told yet; trying again")]
    public static partial void LateOutcomeWaits(this ILogger logger, Exception fault, CallId call, WorkflowId workflow);

    [LoggerMessage(2002, LogLevel.Error, "The client of the model {Model} broke off while {Ask} was being asked")]
    public static partial void ModelBrokeOff(this ILogger logger, Exception fault, string model, AskId ask);

    [LoggerMessage(2005, LogLevel.Information, "The server of {Source} says: {Line}")]
    public static partial void ServerSaid(this ILogger logger, string source, string line);

    [LoggerMessage(2006, LogLevel.Warning, "The source {Source} is down. {Error}")]
    public static partial void SourceDown(this ILogger logger, string source, string error);

    [LoggerMessage(2007, LogLevel.Warning, "What {Source} lists cannot be kept or looked up yet")]
    public static partial void ListingNotKept(this ILogger logger, Exception fault, string source);

    [LoggerMessage(2008, LogLevel.Debug, "{Tool} of {Source} reports progress")]
    public static partial void Progress(this ILogger logger, string source, string tool);

    [LoggerMessage(2009, LogLevel.Error, "The source {Source} broke while it was asked for its tools: {Fault}")]
    public static partial void SourceBroke(this ILogger logger, string source, string fault);
}
