using AiManager.Memory;
using Microsoft.Data.Sqlite;
using Npgsql;
using Quartz;

namespace AiManager.Host;

/// <summary>What recurs. The one folder that names the scheduler.</summary>
internal static class JobServices
{
    private const int Threads = 4;

    /// <summary>Adds the scheduler and everything that it runs; it starts with the host.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="store">Where it keeps what is to come.</param>
    /// <param name="node">What this host is called among those that share the store.</param>
    public static IServiceCollection AddJobs(this IServiceCollection services, JobStore store, string node)
    {
        SystemSqlite.Init();
        services.AddSingleton(store);
        services.AddSingleton<JobSweeper>();
        services.AddSingleton<UpkeepDesk>();
        services.AddSingleton<IUpkeep, ForgetOldRuns>().AddSingleton<IUpkeep, ArchiveFinished>().AddSingleton<IUpkeep, SealJournal>().AddSingleton<IUpkeep, RememberWork>().AddSingleton<IUpkeep, ForgetDeliveries>();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(o =>
            {
                o.InstanceName = "aimanager";
                o.InstanceId = node;

                // The wait for jobs comes out of the time that a host has for stopping, and a tool may be slow: they are told to stop, then waited for.
                o.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs;
            });
            quartz.UseDefaultThreadPool(Threads);
            quartz.UsePersistentStore(kept =>
            {
                if (store is JobStore.Shared shared)
                {
                    kept.UsePostgres(NpgsqlFactory.Instance, shared.ConnectionString);
                    kept.UseClustering(c =>
                    {
                        c.CheckinInterval = TimeSpan.FromSeconds(2);
                        c.CheckinMisfireThreshold = TimeSpan.FromSeconds(3);
                    });
                }
                else
                {
                    kept.UseSqlite(SqliteFactory.Instance, new SqliteConnectionStringBuilder { DataSource = ((JobStore.File)store).Path }.ToString());
                }

                kept.ProvisionSchema();
            });
        });
        services.AddHostedService<JobKeeper>();
        services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
        return services;
    }
}
