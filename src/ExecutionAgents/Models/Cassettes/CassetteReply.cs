using System.Collections.Immutable;
using Microsoft.Extensions.AI;

namespace AiManager.ExecutionAgents;

/// <summary>What came back, as it is kept.</summary>
/// <param name="Text">The words; null for none.</param>
/// <param name="Calls">Proposed calls.</param>
/// <param name="Finish">Why it ended, in the wire's word; null when nobody said.</param>
/// <param name="Refusal">Words with which it declined; null when it did not.</param>
/// <param name="Input">Tokens; null when nobody counted.</param>
/// <param name="Output">Tokens; null when nobody counted.</param>
/// <param name="Status">Of an endpoint that answered otherwise; 0 for one that was away; null for a reply.</param>
/// <param name="Problem">Its words; null for a reply.</param>
internal sealed record CassetteReply(
    string? Text, ImmutableArray<CassetteCall> Calls, string? Finish, string? Refusal, long? Input, long? Output, int? Status = null, string? Problem = null)
{
    /// <summary>The workflow that was told so, under its own id: what is played follows one that was recorded, from its first question to its last. Null where nobody said.</summary>
    public string? Workflow { get; init; }

    /// <summary>The question's id there; null where nobody said.</summary>
    public string? Ask { get; init; }

    /// <summary>A reply to <paramref name="request"/>.</summary>
    public static CassetteReply Of(ChatResponse response, CassetteRequest request, Func<string, string> clean)
    {
        var contents = response.Messages.SelectMany(m => m.Contents).ToList();
        return new CassetteReply(
            response.Text.Length > 0 ? request.Names.Keep(clean(response.Text)) : null,
            [.. contents.OfType<RawToolCall>().Select(c => new CassetteCall(c.CallId, c.Name, request.Names.Keep(clean(c.ArgumentsJson))))],
            response.FinishReason?.Value,
            contents.OfType<ErrorContent>().FirstOrDefault()?.Message is { } refusal ? request.Names.Keep(clean(refusal)) : null,
            response.Usage?.InputTokenCount,
            response.Usage?.OutputTokenCount);
    }

    /// <summary>What came instead of one to <paramref name="request"/>.</summary>
    public static CassetteReply Of(Exception fault, CassetteRequest request, Func<string, string> clean) => AnsweredException.Of(fault) is { } answered
        ? new CassetteReply(null, [], null, null, null, null, answered.Status, request.Names.Keep(clean(answered.Body)))
        : new CassetteReply(null, [], null, null, null, null, 0, fault.GetType().Name);

    /// <summary>As it would have come to <paramref name="request"/>. Throws what came instead.</summary>
    public ChatResponse Play(CassetteRequest request) => Status switch
    {
        null => new ChatResponse(new ChatMessage(
            ChatRole.Assistant,
            [
                .. Text is null ? Array.Empty<AIContent>() : [new TextContent(request.Names.Fill(Text))],
                .. Refusal is null ? Array.Empty<AIContent>() : [new ErrorContent(request.Names.Fill(Refusal))],
                .. Calls.Select(c => new RawToolCall(c.Id, c.Tool, request.Names.Fill(c.Args))),
            ]))
        {
            FinishReason = Finish is null ? null : new ChatFinishReason(Finish),
            Usage = Input is null ? null : new UsageDetails { InputTokenCount = Input, OutputTokenCount = Output },
        },
        0 => throw new HttpRequestException($"As recorded: {Problem}."),
        { } status => throw new AnsweredException(status, request.Names.Fill(Problem ?? string.Empty), retryAfter: null),
    };
}

/// <summary>A proposed call.</summary>
/// <param name="Id">The model's.</param>
/// <param name="Tool">On the wire.</param>
/// <param name="Args">As written.</param>
internal sealed record CassetteCall(string Id, string Tool, string Args);
