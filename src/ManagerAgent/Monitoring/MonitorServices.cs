using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AiManager.ManagerAgent;

/// <summary>Puts the monitors together.</summary>
public static class MonitorServices
{
    /// <summary>
    /// Adds <see cref="MonitorDesk"/> and <see cref="MonitorClock"/>. Needs what <see cref="ManagerServices"/> adds and the ports <see cref="IJobRuns"/> and
    /// <see cref="IOccurrences"/>; nothing of it is made before somebody asks for it. Where several configurations work side by side, they must be given one
    /// <see cref="RunsUnderWay"/>.
    /// </summary>
    public static IServiceCollection AddMonitors(this IServiceCollection services, ImmutableArray<MonitorDefinition> monitors, Func<IServiceProvider, MonitorSettings> settings)
    {
        services.AddSingleton(settings);
        services.TryAddSingleton(_ => new RunsUnderWay(CancellationToken.None));
        services.AddSingleton<MonitorBook>();
        services.AddSingleton<MonitorChains>();
        services.AddSingleton<MonitorCheckers>();
        services.AddSingleton<MonitorFollower>();
        services.AddSingleton<MonitorRunner>();
        services.AddSingleton(p => new MonitorDesk(
            monitors,
            p.GetRequiredService<MonitorBook>(),
            p.GetRequiredService<MonitorFollower>(),
            p.GetRequiredService<MonitorRunner>(),
            p.GetRequiredService<IOccurrences>(),
            p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new MonitorClock(
            monitors,
            p.GetRequiredService<MonitorBook>(),
            p.GetRequiredService<MonitorFollower>(),
            p.GetRequiredService<MonitorRunner>(),
            p.GetRequiredService<WorkflowDesk>(),
            p.GetRequiredService<IOccurrences>(),
            p.GetRequiredService<IJobRuns>(),
            p.GetRequiredService<RunsUnderWay>(),
            p.GetRequiredService<MonitorSettings>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<MonitorClock>>()));
        return services;
    }
}
