using AiManager.ExecutionAgents;
using AiManager.ManagerAgent;
using AiManager.Memory;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Where the wings meet: the one composition, for the server and for every verb of the terminal.</summary>
internal static class DeploymentServices
{
    /// <summary>Adds everything that a company at work needs. What is handed in stays the caller's to dispose.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="company">The company.</param>
    /// <param name="store">Its store, open.</param>
    /// <param name="crash">For tests that kill the process.</param>
    public static IServiceCollection AddDeployment(this IServiceCollection services, LoadedCompany company, MemoryStore store, ICrashPoints crash)
    {
        services.AddSingleton(company).AddSingleton(company.Playbooks).AddSingleton(company.Prompts).AddSingleton<IDirectory>(company.Directory);
        services.AddSingleton(TimeProvider.System).AddSingleton<Random, SecureRandom>().AddSingleton(crash);
        services.AddMemory(store);
        services.AddTools(company.Tools);
        services.AddAgents(company);
        var driving = new DriverOptions();
        services.AddManagerAgent(driving);
        services.AddMonitors(company.Monitors, _ => new MonitorSettings(company.Bundle.Hash, company.Settings.TimeZone, company.Settings.Budget, driving.Node));
        services.AddSingleton(p => new WorkflowMapper(company.Settings.Currency, company.Settings.MinutesPerTask ?? 0, company.IsScripted));
        return services;
    }

    private static void AddMemory(this IServiceCollection services, MemoryStore store)
    {
        services.AddSingleton(store.Journal).AddSingleton(store.ReadModels).AddSingleton(store.Blobs).AddSingleton(store.Envelopes).AddSingleton(store.Audit).AddSingleton(store.JobRuns);
        services.AddSingleton<CompanyStream>().AddSingleton<ICompany>(p => p.GetRequiredService<CompanyStream>());
    }

    private static void AddAgents(this IServiceCollection services, LoadedCompany company)
    {
        services.AddSingleton(p => ModelOf(company, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IExecutor>(p => new AgentExecutor(
            p.GetRequiredService<IDirectory>(), p.GetRequiredService<IModelGate>(), p.GetRequiredService<IToolGate>()));
        services.AddSingleton<IExecutor, PersonExecutor>();
    }

    private static IModelClient ModelOf(LoadedCompany company, TimeProvider time)
    {
        if (company.Model is not { } model)
        {
            return new ScriptedModelClient(company.Scripts);
        }

        var options = new ModelOptions(new Uri(model.Url), model.Name)
        {
            Key = model.Key,
            IsInside = model.IsInside,
            InputPrice = model.InputPrice,
            OutputPrice = model.OutputPrice,
        };
        return ChatModelClient.OpenAi(model.Timeout is { } timeout ? options with { Timeout = timeout } : options, time);
    }
}
