using AiManager.Memory;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AiManager.Host;

/// <summary>A company at work behind HTTP, in this process.</summary>
internal sealed class CompanyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly OpenedCompany _opened;
    private readonly IDisposable? _telemetry;
    private readonly bool _isShared;
    private bool _isStopped;

    private CompanyServer(WebApplication app, OpenedCompany opened, IDisposable? telemetry, bool isShared) => (_app, _opened, _telemetry, _isShared) = (app, opened, telemetry, isShared);

    /// <summary>Where it listens.</summary>
    public Uri Url => new(Addresses.First());

    /// <summary>Where this machine reaches it in the clear; the same, where it listens nowhere else.</summary>
    public Uri LocalUrl => new(Addresses.Last());

    private ICollection<string> Addresses => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

    /// <summary>What it takes from the terminal of the folder's owner.</summary>
    public string Token => _app.Services.GetRequiredService<TerminalToken>().Value;

    /// <summary>The company that it began with.</summary>
    public LoadedCompany Company => _opened.Company;

    /// <summary>A part of it.</summary>
    public TService Get<TService>()
        where TService : notnull => _app.Services.GetRequiredService<TService>();

    /// <summary>Begins to drive what is unfinished, and listens.</summary>
    /// <param name="opened">The server's from here on.</param>
    /// <param name="place">Where it was opened.</param>
    /// <param name="url">A loopback address; port 0 takes a free one.</param>
    /// <param name="cancellationToken">Stops starting.</param>
    public static Task<CompanyServer> StartAsync(OpenedCompany opened, Place place, Uri url, CancellationToken cancellationToken) => StartAsync(opened, place, ListenAddress.Of(url), cancellationToken);

    /// <summary>The same, wherever it may listen. Throws <see cref="UsageException"/> where it may not.</summary>
    public static async Task<CompanyServer> StartAsync(OpenedCompany opened, Place place, ListenAddress listen, CancellationToken cancellationToken)
    {
        var (app, isUp) = ((WebApplication?)null, false);
        var telemetry = TelemetryExport.Start(opened.Driving.Node);
        try
        {
            if (listen.WhyNot(opened.Company.Settings, opened.Stream.State.Keys.Values, opened.Time.GetUtcNow()) is { } hindrance)
            {
                throw new UsageException(hindrance);
            }

            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            HostLogging.OfServer(builder.Logging);
            listen.Configure(builder.WebHost);

            // Eight lines for every request, otherwise; figures and traces say it better. What callers of MCP do wrong it would say in their own words, however long.
            builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("ModelContextProtocol", LogLevel.Critical);

            // What fails before it is up is thrown, and said once, by whoever started it.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting", level => isUp && level >= LogLevel.Warning);

            // A server outlives a store that is away: what is under way waits for it.
            opened.Driving.StorePatience = TimeSpan.MaxValue;
            builder.Services.AddStore(opened.Store, opened.Stream, opened.Crash, opened.Time).AddSingleton(opened.Store).AddSingleton(opened.Standing).AddSingleton(opened.Driving).AddSingleton(place);
            builder.Services.AddSingleton(p => new CompanyAtWork(opened, p.GetRequiredService<ILoggerFactory>())).AddCompanyAtWork();
            builder.Services.AddCompanySignIn(SessionKeys.Of(place, Environment.GetEnvironmentVariable)).AddApi();
            AddServices(builder.Services, opened, place);
            app = builder.Build();
            app.UseApi();

            // Before anything is waited for, the listener first of all: a request whose check reads a slow tool ends with it.
            app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<CompanyAtWork>().Drain);
            await app.StartAsync(cancellationToken);
            isUp = true;
            return new CompanyServer(app, opened, telemetry, place.IsShared);
        }
        catch (Exception fault)
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
            telemetry?.Dispose();
            await opened.DisposeAsync();
            if (ListenAddress.IsTaken(fault))
            {
                throw new UsageException($"Cannot listen at {listen.Url}: {fault.Message}");
            }

            throw;
        }
    }

    /// <summary>A link that signs a person in, once.</summary>
    public Uri SignInLink(string person) =>
        new(SignInLinks.AddressOf(Company.Settings.Limits, Url, LocalUrl, _isShared), "/sign-in/" + _app.Services.GetRequiredService<SignInLinks>().New(person));

    /// <summary>Serves until it is told to stop, and hands over what it was doing.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stopping = cancellationToken.Register(_app.Lifetime.StopApplication);
        await _app.WaitForShutdownAsync(CancellationToken.None);
        _isStopped = true;
        await _app.Services.GetRequiredService<NodeService>().LeaveAsync(CancellationToken.None);
    }

    /// <summary>Stops first what <see cref="RunAsync"/> has not: the scheduler's own threads end by nothing else, and would go on over a store that is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await _app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // late is no reason to keep the rest open
        }

        await _app.DisposeAsync();
        await _opened.DisposeAsync();
        _telemetry?.Dispose();
    }

    /// <summary>
    /// Stopped in the opposite order: first it says that it drains, then workflows are let go, and only then the scheduler is waited for, which a tool that heeds
    /// nothing may hold up.
    /// </summary>
    private static void AddServices(IServiceCollection services, OpenedCompany opened, Place place)
    {
        services.AddJobs(place.Jobs, opened.Driving.Node);
        services.AddSingleton<WebhookRound>().AddSingleton<MailRound>().AddHostedService<OutboxService>();
        services.AddHostedService<DriverService>();
        services.AddHostedService<HeldWorkWatch>();
        services.AddHostedService<FirstLooks>();
        services.AddSingleton<AuditIndexReader>().AddHostedService<AuditFollower>();

        // In a data folder only a second person brings another configuration into force while a server runs.
        if (place.IsShared || opened.Company.Settings.ChangeControl is not null)
        {
            services.AddHostedService<CompanyWatch>();
        }

        services.AddSingleton<NodeService>().AddHostedService(p => p.GetRequiredService<NodeService>());
    }

    /// <summary>Drives workflows for as long as the server runs.</summary>
    private sealed class DriverService(CompanyAtWork atWork) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await atWork.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // Told to stop; everything can be resumed.
            }
        }
    }
}
