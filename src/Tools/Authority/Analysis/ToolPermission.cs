using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What an agent may do with a tool, over all calls that there can be. Budgets and what a task is granted come on top, and only ever narrow it.</summary>
/// <param name="Agent">Who calls.</param>
/// <param name="Tool">What.</param>
/// <param name="Verdicts">Each that some call gets, the strictest first; what cannot be ruled out counts.</param>
/// <param name="Rules">The rules that can match, in the file's order.</param>
public sealed record ToolPermission(string Agent, string Tool, ImmutableArray<Effect> Verdicts, ImmutableArray<RuleSummary> Rules);

/// <summary>A rule in short.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Effect">What it says when it matches.</param>
/// <param name="When">Its condition as its author wrote it; null for always.</param>
/// <param name="Reason">For people.</param>
/// <param name="File">Where it stands: <c>authority.yaml</c> or <c>standing.yaml</c>.</param>
/// <param name="Line">And in which line of that.</param>
public sealed record RuleSummary(string Id, Effect Effect, string? When, string Reason, string File, int Line);
