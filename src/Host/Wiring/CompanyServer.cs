using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AiManager.Host;

/// <summary>A company at work behind HTTP, in this process.</summary>
internal sealed class CompanyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MemoryStore _store;

    private CompanyServer(WebApplication app, MemoryStore store) => (_app, _store) = (app, store);

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>What it takes from the terminal of the folder's owner.</summary>
    public string Token => _app.Services.GetRequiredService<TerminalToken>().Value;

    /// <summary>A part of it.</summary>
    public TService Get<TService>()
        where TService : notnull => _app.Services.GetRequiredService<TService>();

    /// <summary>Opens the folder's store, begins to drive what is unfinished, and listens.</summary>
    /// <param name="company">The company.</param>
    /// <param name="folder">Held by this process, and still the caller's afterwards.</param>
    /// <param name="url">A loopback address; port 0 takes a free one.</param>
    /// <param name="cancellationToken">Stops starting.</param>
    public static async Task<CompanyServer> StartAsync(LoadedCompany company, DataFolder folder, Uri url, CancellationToken cancellationToken)
    {
        var crash = CrashPoints.From(Environment.GetEnvironmentVariable);
        await company.EnsureWorldAsync(folder.FullPath, cancellationToken);
        var store = await Deployment.OpenStoreAsync(folder, crash);
        WebApplication? app = null;
        try
        {
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.WebHost.UseUrls(url.ToString());
            builder.Services.AddDeployment(company, store, crash).AddCompanySignIn().AddApi();
            builder.Services.AddHostedService<DriverService>();
            builder.Services.AddJobs(new JobStore.File(Path.Combine(folder.FullPath, JobStore.FileName)));
            app = builder.Build();
            app.UseApi();
            await Deployment.ActivateAsync(company, app.Services, cancellationToken);
            await app.StartAsync(cancellationToken);
            return new CompanyServer(app, store);
        }
        catch (Exception fault)
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
            await store.DisposeAsync();
            throw fault is IOException ? new UsageException($"Cannot listen at {url}: {fault.Message}") : fault;
        }
    }

    /// <summary>A link that signs a person in, once.</summary>
    public Uri SignInLink(string person) => new(Url, "/sign-in/" + _app.Services.GetRequiredService<SignInLinks>().New(person));

    /// <summary>Serves until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stopping = cancellationToken.Register(_app.Lifetime.StopApplication);
        await _app.WaitForShutdownAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>Drives workflows for as long as the server runs.</summary>
    private sealed class DriverService(WorkflowLoop loop) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await loop.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // Told to stop; everything can be resumed.
            }
        }
    }
}
