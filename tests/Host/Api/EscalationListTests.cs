using System.Net.Http.Json;
using System.Text.Json;

namespace AiManager.Host.Tests;

/// <summary>Lists of escalations are answered from their rows.</summary>
public sealed class EscalationListTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task No_workflow_is_read_for_what_its_rows_say()
    {
        var workflow = await _api.SubmittedAsync();
        var (open, answered) = (PrefixedId.Derive<EscalationId>(workflow.Value, "open"), PrefixedId.Derive<EscalationId>(workflow.Value, "answered"));
        var deadline = new DateTimeOffset(2100, 1, 1, 1, 0, 0, TimeSpan.FromHours(1));
        await _api.AppendAsync(
            workflow,
            new Escalated(open, EscalationKind.Model, null, null, "No model answers.", ["retry", "giveUp"], "lead", deadline),
            new Escalated(answered, EscalationKind.Finding, null, null, "A note asks for gifts.", ["noted"], "lead", null));
        using var petra = await _api.AsAsync("petra");
        (await petra.PostTextAsync($"/api/escalations/{answered}", """{"answer":"I will call them."}""")).EnsureSuccessStatusCode();

        var rows = await EscalationList.ReadAsync(_api.Get<IReadModels>(), new NothingToRead(), PlainWords.Of(_api.Get<IDirectory>()), new InboxQuery(), CancellationToken.None);
        var (first, last) = (rows.Items.Single(r => r.Id == open), rows.Items.Single(r => r.Id == answered));
        Assert.Equal(["retry", "giveUp"], first.Choices.AsEnumerable());
        Assert.Equal(("open", (DateTimeOffset?)deadline), (first.Status, first.Deadline));
        Assert.Null(first.Answer);
        Assert.Null(first.By);
        Assert.Equal(("answered", "noted", "person:petra"), (last.Status, last.Answer, last.By));
        Assert.Null(last.Deadline);
        Assert.Equal(2, (await petra.GetFromJsonAsync<JsonElement>("/api/escalations")).GetArrayLength());
    }

    /// <summary>Whoever reads a workflow for a list fails.</summary>
    private sealed class NothingToRead : IWorkflowOutside
    {
        public Task<OutsideResult> AppendAsync(WorkflowId workflow, Func<WorkflowState, OutsideDecision> decide, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<WorkflowState?> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(IEnumerable<WorkflowId> ids, CancellationToken cancellationToken)
        {
            Assert.Empty(ids);
            return Task.FromResult(new Dictionary<WorkflowId, WorkflowState>());
        }
    }
}
