namespace AiManager.Host.Tests;

/// <summary>A company of its own for each test, with one workflow of Jana's in which nothing has happened yet.</summary>
public abstract class SubmittedWorkflow : IAsyncLifetime
{
    private protected ApiUnderTest Api { get; private set; } = null!;

    private protected WorkflowId Workflow { get; private set; }

    public async Task InitializeAsync()
    {
        Api = await ApiUnderTest.StartAsync();
        Workflow = await Api.SubmittedAsync();
    }

    public async Task DisposeAsync() => await Api.DisposeAsync();
}
