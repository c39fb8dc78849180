using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// The company that this server works for, as it is configured now. When another configuration comes into force, what is claimed from then on is driven by its
/// parts, and those of the one before drive what they have until it waits. Thread-safe.
/// </summary>
internal sealed class CompanyAtWork : IAsyncDisposable
{
    private readonly OpenedCompany _opened;
    private readonly ILoggerFactory _loggers;
    private readonly List<Parts> _all = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly RunsUnderWay _underWay;
    private Parts _current;

    // Completes each time that another configuration has been taken on.
    private TaskCompletionSource _switched = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="opened">What it begins with.</param>
    /// <param name="loggers">Where logs go.</param>
    public CompanyAtWork(OpenedCompany opened, ILoggerFactory loggers)
    {
        (_opened, _loggers, _underWay) = (opened, loggers, new RunsUnderWay(_stopped.Token));
        _current = Compose(opened.Company);
    }

    /// <summary>The company.</summary>
    public LoadedCompany Company => Volatile.Read(ref _current).Company;

    /// <summary>Why this host takes nothing on: the configuration in force cannot be used here. Null when it can.</summary>
    public string? Fault { get; private set; }

    /// <summary>True when nothing more is taken on.</summary>
    public bool IsDraining => WhyNot is not null;

    /// <summary>Why nothing more is taken on here, in a sentence for people; null when it is.</summary>
    public string? WhyNot => Fault ?? (_stopped.IsCancellationRequested ? "This host is being stopped." : null);

    /// <summary>A part as it is configured now. Do not keep it.</summary>
    public TService Get<TService>()
        where TService : notnull => Volatile.Read(ref _current).Services.GetRequiredService<TService>();

    /// <summary>Takes another configuration on.</summary>
    public void Switch(LoadedCompany company)
    {
        lock (_gate)
        {
            var before = _current;
            Volatile.Write(ref _current, Compose(company));
            Fault = null;
            before.Closing.Cancel();
            Interlocked.Exchange(ref _switched, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    /// <summary>The configuration in force cannot be used here: what is under way goes on, and nothing more is taken on.</summary>
    public void Refuse(string fault)
    {
        lock (_gate)
        {
            Fault = fault;
            _current.Closing.Cancel();
        }
    }

    /// <summary>Says that the end is near, for whoever looks, and ends the checks of monitors that are under way: others take them up.</summary>
    public void Drain() => _stopped.Cancel();

    /// <summary>Completes when another configuration has been taken on.</summary>
    public Task SwitchedAsync(CancellationToken cancellationToken) => Volatile.Read(ref _switched).Task.WaitAsync(cancellationToken);

    /// <summary>Drives until it is told to stop, by whichever configuration is in force.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var driving = new List<Task>();
        Parts? driven = null;
        try
        {
            while (true)
            {
                var switched = Volatile.Read(ref _switched).Task;
                if (Volatile.Read(ref _current) is var current && current != driven)
                {
                    driven = current;
                    driving.Add(DriveAsync(current, cancellationToken));
                }

                await Task.WhenAny([.. driving, switched.WaitAsync(cancellationToken)]);
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var ended in driving.Where(d => d.IsCompleted).ToList())
                {
                    driving.Remove(ended);
                    await ended;
                }
            }
        }
        finally
        {
            await Task.WhenAll(driving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A request may have held a part of one that was replaced, so none is let go earlier; there are as many as there were activations.
        foreach (var parts in _all)
        {
            await parts.Services.DisposeAsync();
            parts.Closing.Dispose();
        }

        _stopped.Dispose();
    }

    /// <summary>
    /// What agents can do is known before anything is driven; the servers behind it are let go when nothing is driven any more, and no check of a monitor that began here is under way:
    /// nobody drives those.
    /// </summary>
    private async Task DriveAsync(Parts parts, CancellationToken cancellationToken)
    {
        var sources = parts.Services.GetRequiredService<SourceKeeper>();
        try
        {
            await sources.BeginAsync(cancellationToken);
            await parts.Services.GetRequiredService<WorkflowLoop>().RunAsync(parts.Closing.Token, cancellationToken);
            await _underWay.RunsEndedAsync(cancellationToken);
        }
        finally
        {
            await sources.DisposeAsync();
        }
    }

    private Parts Compose(LoadedCompany company)
    {
        var services = new ServiceCollection().AddSingleton(_loggers).AddLogging().AddStore(_opened.Store, _opened.Stream, _opened.Crash, _opened.Time).AddSingleton(_underWay).AddCompany(company, _opened.Driving).BuildServiceProvider();
        var parts = new Parts(company, services, new CancellationTokenSource());
        _opened.Store.Vectors = company.Vectors;
        _all.Add(parts);
        return parts;
    }

    private sealed record Parts(LoadedCompany Company, ServiceProvider Services, CancellationTokenSource Closing);
}

/// <summary>Lets requests have the parts of the company that is in force when they come.</summary>
internal static class CompanyAtWorkServices
{
    /// <summary>
    /// Adds what routes and pages use of a company. Each is looked up anew, and never kept by anything that outlives a request: a singleton that needs one takes
    /// <see cref="CompanyAtWork"/>.
    /// </summary>
    public static IServiceCollection AddCompanyAtWork(this IServiceCollection services)
    {
        Add<LoadedCompany>(services);
        Add<IDirectory>(services);
        Add<PlainWords>(services);
        Add<Catalog>(services);
        Add<ToolLanes>(services);
        Add<WorkflowDesk>(services);
        Add<AnswerDesk>(services);
        Add<IWorkflowOutside>(services);
        Add<ApprovalDesk>(services);
        Add<AskedBudgets>(services);
        Add<AskedReasons>(services);
        Add<AuthorityDesk>(services);
        Add<WorkflowMapper>(services);
        Add<MonitorDesk>(services);
        Add<MonitorClock>(services);
        Add<MonitorSettings>(services);
        Add<RunsUnderWay>(services);
        Add<SuspensionDesk>(services);
        Add<ClassificationDesk>(services);
        Add<ChangeDesk>(services);
        Add<StandingDesk>(services);
        return services;
    }

    private static void Add<TService>(IServiceCollection services)
        where TService : class => services.AddTransient(p => p.GetRequiredService<CompanyAtWork>().Get<TService>());
}
