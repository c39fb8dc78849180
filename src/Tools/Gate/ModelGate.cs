using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AiManager.Domain;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>
/// The only way to a model. The company's own file names the models that may be asked, which is the permission; a deny rule that matches
/// <c>model:NAME</c> takes it away, and budgets are reserved before the question leaves. A budget that would ask for a tool denies here: nobody can
/// sensibly be asked before every sentence.
/// </summary>
internal sealed class ModelGate(IModelClient models, Policy policy, Permits permits, BudgetDesk budgets, FlowDesk flows, StopList stops, ICrashPoints crash, TimeProvider time, string currency, ILogger<ModelGate> logger) : IModelGate
{
    private const decimal Million = 1_000_000;

    /// <summary>Times that a budget may fill up between the look at it and the reservation.</summary>
    private const int MostRaces = 5;

    /// <inheritdoc/>
    public async Task<ModelReplied> AskAsync(ModelQuestion question, IWorkflowLog log, CancellationToken cancellationToken)
    {
        if (log.State.Asks.GetValueOrDefault(question.Ask)?.Replied is { } known)
        {
            return known;
        }

        var actor = question.Role == "manager" ? Actor.Manager : Actor.Agent(question.Role);
        var asked = Open(question, log.State);
        if (asked is not null)
        {
            if (await ResumeAsync(question, asked, log, actor, cancellationToken) is { } ended)
            {
                return ended;
            }
        }
        else
        {
            (asked, var refusal, var usedUp) = await ReserveAsync(question, log, actor, cancellationToken);
            if (asked is null)
            {
                return await RefuseAsync(question, refusal, usedUp, log, actor, cancellationToken);
            }
        }

        crash.Pass(CrashPoint.AfterModelAsked, log.State.Id.ToString());
        using var span = GateTelemetry.StartChat(question, asked, models.Find(asked.Model), log.State.Id);
        var begun = time.GetTimestamp();
        string? stopped = null;
        var answer = await AnswerAsync(question with { Workflow = log.State.Id, WhyNotAgain = () => stopped ??= stops.WhyNotAsk(question.Role, log.State) }, cancellationToken);
        if (stopped is not null)
        {
            return await GiveUpAsync(question, asked, stopped, log, actor, cancellationToken);
        }

        crash.Pass(CrashPoint.AfterModelReplied, log.State.Id.ToString());
        var took = time.GetElapsedTime(begun);
        var replied = Settle(question, asked, answer, took);
        span.Replied(asked, models.Find(asked.Model), replied, took);
        await log.DeferAsync([replied], actor, cancellationToken);
        return replied;
    }

    /// <inheritdoc/>
    public bool MayTell(string model, ImmutableArray<string> labels) => models.Find(model) is { } known && flows.MayTell(SinkOf(known), known.IsInside, labels);

    private async Task<ModelAnswer> AnswerAsync(ModelQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await models.AskAsync(question, cancellationToken);
            return answer with
            {
                Text = Readable.Of(answer.Text),
                Calls = [.. answer.Calls.Select(c => new ModelToolCall(Readable.Of(c.Id), Readable.Of(c.Tool), Readable.Of(c.Args)))],
                Error = Readable.Of(answer.Error),
            };
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.ModelBrokeOff(fault, question.Model, question.Ask);
            return new ModelAnswer(ModelOutcome.Unavailable, null, [], null, "The connection to the model broke off.");
        }
    }

    /// <summary>The question as it was asked before a crash swallowed the answer; null when it was not.</summary>
    private static ModelAsked? Open(ModelQuestion question, WorkflowState state) =>
        state.Asks.TryGetValue(question.Ask, out var own) && own.Replied is null ? own.Asked
        : question.Task is { } id && state.Task(id)?.Turn is { Asked: { } asked } && asked.Ask == question.Ask ? asked
        : null;

    /// <summary>
    /// Before a question is sent that was asked already: what has been stopped or forbidden since holds for it too, and nothing that is suspended meanwhile is passed
    /// by. Null when it may be sent.
    /// </summary>
    private async Task<ModelReplied?> ResumeAsync(ModelQuestion question, ModelAsked asked, IWorkflowLog log, Actor actor, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MostRaces;)
        {
            var unchanged = stops.Unchanged();
            var refusal = models.Find(asked.Model) is not { } model ? $"there is no model '{asked.Model}' any more."
                : await ForbiddenAsync(question, model, log.State, cancellationToken) ?? stops.WhyNotAsk(question.Role, log.State);
            if (refusal is not null)
            {
                return await GiveUpAsync(question, asked, refusal, log, actor, cancellationToken);
            }

            var result = await log.AppendAsync([new ModelAskedAgain(asked.Ask, asked.Task, log.Node)], [unchanged], actor, cancellationToken);
            await stops.CatchUpAsync(result, cancellationToken);
            switch (result)
            {
                case LogResult.Appended:
                    return null;
                case LogResult.Overtaken:
                    return Refused(question, "The workflow has moved on.", []);
            }

            race += stops.IsStillSo(unchanged) ? 0 : 1;
        }

        return await GiveUpAsync(question, asked, "What is suspended changes faster than it can be looked at.", log, actor, cancellationToken);
    }

    /// <summary>Ends a question that may not be sent again: after a crash, or for another try. It may have been sent before, so what was set aside for it counts as used. One that is held stays open.</summary>
    private async Task<ModelReplied> GiveUpAsync(ModelQuestion question, ModelAsked asked, string refusal, IWorkflowLog log, Actor actor, CancellationToken cancellationToken)
    {
        var replied = Refused(question, refusal, asked.Reserved);
        if (!await stops.HoldAsync(question.Role, question.Task, log, cancellationToken))
        {
            await log.AppendAsync([replied], [], actor, cancellationToken);
        }

        return replied;
    }

    private static ModelReplied Refused(ModelQuestion question, string refusal, ImmutableArray<Reservation> settled, BudgetNotice? usedUp = null) =>
        new(question.Ask, question.Task, ModelOutcome.Refused, null, [], null, null, "The question was not let out: " + refusal, settled, usedUp);

    private static string SinkOf(ModelInfo model) => "model:" + model.Name;

    /// <summary>Which rule, flow or grant keeps a question from a model, and why; null when none does.</summary>
    private async Task<string?> ForbiddenAsync(ModelQuestion question, ModelInfo model, WorkflowState state, CancellationToken cancellationToken)
    {
        Policy? began;
        try
        {
            began = (await permits.OfAsync(state, cancellationToken))?.Policy;
        }
        catch (PermitsException unknown)
        {
            return unknown.Message;
        }

        if (policy.Decide(Request(SinkOf(model), model, question, state), began) is { Effect: Effect.Deny, Rules: { IsEmpty: false } rules } denied)
        {
            return $"{string.Join(", ", rules)}: {denied.Reason}";
        }

        var grant = question.Task is { } id ? state.Task(id)?.Task.Grant : null;
        var kept = await flows.LookAtModelAsync(SinkOf(model), model.IsInside, grant, state, cancellationToken);
        return kept.Effect == Effect.Allow ? null : kept.Rules.IsEmpty ? kept.Reason : $"{string.Join(", ", kept.Rules)}: {kept.Reason}";
    }

    private async Task<(ModelAsked? Asked, string Refusal, BudgetNotice? UsedUp)> ReserveAsync(ModelQuestion question, IWorkflowLog log, Actor actor, CancellationToken cancellationToken)
    {
        if (models.Find(question.Model) is not { } model)
        {
            return (null, $"there is no model '{question.Model}'.", null);
        }

        var (digest, bytes) = Measure(question);
        var sink = SinkOf(model);
        if (await ForbiddenAsync(question, model, log.State, cancellationToken) is { } forbidden)
        {
            return (null, forbidden, null);
        }

        var bound = bytes + question.MaxTokens;
        var wanted = new Amounts(
            ModelCost: model.InputPrice + model.OutputPrice == 0 ? null : Price(model, bytes, question.MaxTokens), Tokens: bound, Calls: 1, Time: model.LongestAnswer);
        for (var race = 0; race < MostRaces;)
        {
            var unchanged = stops.Unchanged();
            if (stops.WhyNotAsk(question.Role, log.State) is { } stopped)
            {
                return (null, stopped, null);
            }

            var task = question.Task is { } id ? log.State.Task(id)?.Task : null;
            var budget = await budgets.LookAsync(
                new BudgetRequest(question.Role, sink, JsonText.EmptyObject, JsonText.EmptyObject, wanted, log.State, task, time.GetUtcNow(), Approval: null), cancellationToken);
            if (race == 0 && (budget.Effect != Effect.Allow || budget.Low is not null))
            {
                // What answers before this one came to may still travel with the next append; until then ledgers hold the most that they could have come to.
                await log.AppendAsync([], [], actor, cancellationToken);
                race++;
                continue;
            }

            if (budget.Effect != Effect.Allow)
            {
                return (null, $"{string.Join(", ", budget.Budgets)}: {budget.Reason}", budget.UsedUp);
            }

            var asked = new ModelAsked(question.Ask, question.Task, question.Step, question.Role, model.Name, digest, bytes, question.MaxTokens, budget.Reservations, budget.Low);
            var result = await log.AppendAsync([asked], budget.Guards.Add(unchanged), actor, cancellationToken);
            await stops.CatchUpAsync(result, cancellationToken);
            switch (result)
            {
                case LogResult.Appended:
                    return (asked, string.Empty, null);
                case LogResult.Overtaken:
                    return (null, "The workflow has moved on.", null);
            }

            race += stops.IsStillSo(unchanged) ? 0 : 1;
        }

        return (null, "Its budget filled up while it was being asked.", null);
    }

    /// <summary>On record too, with nothing reserved and nothing used. Not in a workflow that has moved on: there it can have no record.</summary>
    private async Task<ModelReplied> RefuseAsync(ModelQuestion question, string refusal, BudgetNotice? usedUp, IWorkflowLog log, Actor actor, CancellationToken cancellationToken)
    {
        var replied = Refused(question, refusal, [], usedUp);
        if (await stops.HoldAsync(question.Role, question.Task, log, cancellationToken))
        {
            return replied; // asked when the suspension is lifted
        }

        var (digest, bytes) = Measure(question);
        var asked = new ModelAsked(question.Ask, question.Task, question.Step, question.Role, question.Model, digest, bytes, question.MaxTokens, []);
        await log.AppendAsync([asked, replied], [], actor, cancellationToken);
        return replied;
    }

    private ModelReplied Settle(ModelQuestion question, ModelAsked asked, ModelAnswer answer, TimeSpan took)
    {
        var model = models.Find(asked.Model);
        var cost = answer.Usage is { } usage && model?.InputPrice + model?.OutputPrice > 0 ? Price(model!, usage.InputTokens, usage.OutputTokens) : (decimal?)null;
        var actual = new Amounts(ModelCost: cost, Tokens: answer.Usage?.Total, Calls: answer.Usage is null ? null : 1);
        return new ModelReplied(
            question.Ask,
            question.Task,
            answer.Outcome,
            answer.Text,
            answer.Calls,
            answer.Usage,
            cost is { } price ? new Money(price.ToString(CultureInfo.InvariantCulture), currency) : null,
            answer.Error,
            [.. asked.Reserved.Select(r => r with { Amounts = actual with { Time = took < r.Amounts.Time ? took : r.Amounts.Time } })]);
    }

    private static decimal Price(ModelInfo model, long input, long output) =>
        decimal.Round(((model.InputPrice * input) + (model.OutputPrice * output)) / Million, 6, MidpointRounding.AwayFromZero);

    private AuthorityRequest Request(string sink, ModelInfo model, ModelQuestion question, WorkflowState state) => new(
        sink,
        ToolTraits.OfModel(model.Name, model.IsInside),
        question.Role,
        new WhenRecord(new Dictionary<string, WhenValue>(StringComparer.Ordinal)),
        new WhenRecord(new Dictionary<string, WhenValue>(StringComparer.Ordinal)),
        question.Task is { } id ? state.Task(id)?.Task : null,
        state.Submitted,
        state.Agreed?.Playbook,
        time.GetUtcNow());

    /// <summary>Digest and length of what is sent: an upper bound for its tokens, since a token is at least one byte.</summary>
    private static (string Digest, int Bytes) Measure(ModelQuestion question)
    {
        var parts = question.Messages.Select(Text).Concat(question.Tools.Select(t => t.Name + t.Description + t.Parameters.Text)).Append(question.ReplySchema.Text).ToArray();
        return (CanonicalJson.Digest(parts), parts.Sum(Encoding.UTF8.GetByteCount));
    }

    private static string Text(ModelMessage message) => message switch
    {
        ModelMessage.System system => "system:" + system.Text,
        ModelMessage.User user => "user:" + user.Text,
        ModelMessage.Assistant assistant => "assistant:" + assistant.Text + string.Concat(assistant.Calls.Select(c => c.Id + c.Tool + c.Args.Text)),
        ModelMessage.Tool tool => "tool:" + tool.CallId + tool.Text,
        _ => string.Empty,
    };
}
