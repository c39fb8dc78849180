using System.Collections.Immutable;
using System.Globalization;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Makes a submission from the body of a request.</summary>
internal static class SubmitReader
{
    /// <summary>Characters that an idempotency key may have.</summary>
    public const int LongestKey = 200;

    /// <summary>The header with the key under which something is done once.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>Fields of a submission.</summary>
    public static readonly ImmutableArray<string> Fields = ["goal", "playbook", "deadline", "budget", "inputs", "contract"];
    private static readonly ImmutableArray<string> ContractFields = ["outcome", "constraints", "acceptance"];
    private static readonly ImmutableArray<string> AcceptanceFields = ["tool", "args", "is", "review"];

    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="requester">Who asks: a person's id.</param>
    /// <param name="company">Whose budget holds where the body names none.</param>
    /// <param name="now">A deadline must lie behind it.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<SubmitRequest> ReadAsync(HttpRequest request, string requester, LoadedCompany company, DateTimeOffset now, CancellationToken cancellationToken) =>
        Of(await JsonBody.ReadAsync(request, Fields, cancellationToken), Key(request), requester, company, now);

    /// <summary>Makes it from a body that was read.</summary>
    /// <param name="body">With <see cref="Fields"/>.</param>
    /// <param name="key">The same key from the same person gives the same workflow; null for none.</param>
    /// <param name="requester">Who asks: a person's id.</param>
    /// <param name="company">Whose budget holds where the body names none.</param>
    /// <param name="now">A deadline must lie behind it.</param>
    public static SubmitRequest Of(JsonBody body, string? key, string requester, LoadedCompany company, DateTimeOffset now)
    {
        var deadline = body.OptionalTime("deadline");
        return new SubmitRequest(body.Text("goal"), requester, company.Bundle.Hash)
        {
            Playbook = body.OptionalText("playbook"),
            Deadline = deadline <= now ? throw body.Refuse("deadline", "has passed already.") : deadline,
            Budget = body.OptionalPart("budget", CompanySettings.BudgetKeys) is { } budget ? Budget(budget, company.Settings.Budget) : company.Settings.Budget,
            Inputs = body.OptionalObject("inputs") ?? JsonText.EmptyObject,
            Contract = body.OptionalPart("contract", ContractFields) is { } contract ? Contract(contract, deadline, company.Tools.Catalog) : null,
            IdempotencyKey = key,
            KeepsKey = key is not null,
        };
    }

    /// <summary>The idempotency key of a request; null for none.</summary>
    public static string? Key(HttpRequest request) => request.Headers[IdempotencyKey] is not { Count: > 0 } keys ? null
        : keys is [{ } key] ? Key(key)
        : throw WrongKey();

    /// <summary>A key, if it can be one.</summary>
    public static string Key(string key) => key.Length is > 0 and <= LongestKey ? key : throw WrongKey();

    private static BadHttpRequestException WrongKey() => new($"'{IdempotencyKey}' must be one key of 1 to {LongestKey} characters.");

    /// <summary>What the body leaves open, the company's own default says.</summary>
    private static Amounts Budget(JsonBody body, Amounts? company) => new(
        body.OptionalNumber("money") ?? company?.Money,
        body.OptionalNumber("modelCost") ?? company?.ModelCost,
        body.OptionalWhole("tokens") ?? company?.Tokens,
        body.OptionalWhole("calls") ?? company?.Calls,
        body.OptionalWhole("toolCalls") ?? company?.ToolCalls,
        Time(body) ?? company?.Time,
        body.OptionalWhole("recipients") ?? company?.Recipients);

    private static TimeSpan? Time(JsonBody body) => body.OptionalText("time") is not { } text ? null
        : Duration.TryRead(text, out var time) || (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out time) && time >= TimeSpan.Zero) ? time // as a reply writes it
        : throw body.Refuse("time", "must be a duration such as 90s, 15m or 4h.");

    private static Contract Contract(JsonBody body, DateTimeOffset? deadline, Catalog catalog)
    {
        var outcome = body.Text("outcome");
        return string.IsNullOrWhiteSpace(outcome)
            ? throw body.Refuse("outcome", "must not be empty.")
            : new Contract(outcome, body.Texts("constraints"), [.. body.Parts("acceptance", AcceptanceFields).Select(check => Acceptance(check, catalog))], deadline, null);
    }

    private static AcceptanceCheck Acceptance(JsonBody body, Catalog catalog)
    {
        var (tool, condition, review) = (body.OptionalText("tool"), body.OptionalText("is"), body.OptionalText("review"));
        if (tool is not null && condition is not null && ResultConditions.FaultsOf(condition, WhenPosition.Start, catalog.ResultOf(tool)) is [var fault, ..])
        {
            throw body.Refuse("is", $"cannot be read: {fault}");
        }

        return (tool, condition, review) is ({ Length: > 0 }, { Length: > 0 }, null) or (null, null, { Length: > 0 })
            ? new AcceptanceCheck(tool, body.OptionalObject("args") ?? JsonText.EmptyObject, condition, review)
            : throw body.Refuse("tool", "and 'is' stand together, or 'review' stands alone.");
    }
}
