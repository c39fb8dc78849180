using System.Collections.Immutable;
using AiManager.ManagerAgent;
using AiManager.Tools;
using Microsoft.AspNetCore.Antiforgery;

namespace AiManager.Host;

/// <summary>Gathers what stands on the first page.</summary>
internal sealed class HomeReader(
    IReadModels lists, IWorkflowOutside workflows, ApprovalDesk approvals, INodes nodes, TimeProvider time, IAntiforgery forms)
{
    private const int Shown = 30;

    /// <summary>As it is now, for the person who looks.</summary>
    public async Task<HomePage> ReadAsync(HttpContext context, string? notice, string? draft)
    {
        var cancellationToken = context.RequestAborted;
        var person = Caller.Of(context.User).Person;
        var waiting = new InboxQuery(ApprovalView.Pending, Limit: Shown);
        var mine = await approvals.ListAsync(waiting, person, cancellationToken);
        var pending = await approvals.ListAsync(waiting, null, cancellationToken);
        var items = ImmutableArray.CreateBuilder<(WorkflowItem, string)>();
        var others = ImmutableArray.CreateBuilder<(WorkflowId, WaitingResource)>();
        foreach (var item in (await lists.WorkflowsAsync(new WorkflowQuery(Limit: Shown), cancellationToken)).Items.Select(WorkflowMapper.Map))
        {
            var isOver = item.Status is "completed" or "failed" or "cancelled";
            var state = isOver ? null : await workflows.ReadAsync(item.Id, cancellationToken);
            items.Add((state is null ? item : item with { Status = StatusNames.Write(state.ShownStatus) }, state is null ? item.Status : NowLine.Of(state)));
            others.AddRange((state is null ? [] : WorkflowMapper.WaitingFor(state)).Where(w => w.Kind != "approval").Select(w => (item.Id, w)));
        }

        var form = forms.GetAndStoreTokens(context);
        return new HomePage(
            [.. mine.Items.Select(a => (a, true)).Concat(pending.Items.Select(a => (a, false))).DistinctBy(a => a.Item1.Approval).OrderBy(a => a.Item1.RequestedAt)],
            mine.Next is not null || pending.Next is not null,
            others.ToImmutable(),
            items.ToImmutable(),
            form.FormFieldName,
            form.RequestToken ?? string.Empty,
            AddressOf(context.Request),
            notice,
            draft,
            NodeNotices.Of(await nodes.ListAsync(cancellationToken), time.GetUtcNow()));
    }

    /// <summary>Where the service is reached, as the browser knows it.</summary>
    public static string AddressOf(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}
