namespace AiManager.Host.Tests;

/// <summary>A company of its own for each test, at whose pages Jana looks, who may look back at everything.</summary>
public abstract class AuditedCompany : IAsyncLifetime
{
    private protected ApiUnderTest Api { get; private set; } = null!;

    private protected Visitor Jana { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Api = await ApiUnderTest.StartAsync();
        Jana = await Visitor.OfAsync(Api, "jana");
    }

    public async Task DisposeAsync()
    {
        Jana.Dispose();
        await Api.DisposeAsync();
    }
}
