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
    public static IServiceCollection AddDeployment(this IServiceCollection services, LoadedCompany company, MemoryStore store, ICrashPoints crash) =>
        services.AddStore(store, new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System), crash, TimeProvider.System).AddCompany(company, new DriverOptions());

    /// <summary>Adds what is the same whichever configuration is in force.</summary>
    public static IServiceCollection AddStore(this IServiceCollection services, MemoryStore store, CompanyStream stream, ICrashPoints crash, TimeProvider time)
    {
        services.AddSingleton(time).AddSingleton<Random, SecureRandom>().AddSingleton(crash).AddSingleton<IOccurrences, QuartzOccurrences>();
        services.AddSingleton(store.Journal).AddSingleton(store.ReadModels).AddSingleton(store.Blobs).AddSingleton(store.Envelopes).AddSingleton(store.Audit).AddSingleton(store.Nodes).AddSingleton(store.JobRuns).AddSingleton(store.Webhooks).AddSingleton(store.AuditIndex).AddSingleton(store.Archive);
        services.AddSingleton<HeldWork>().AddSingleton(_ => new MemoryDesk(store, stream, time));
        return services.AddSingleton(stream).AddSingleton<ICompany>(stream);
    }

    /// <summary>Adds what is made from a company's files.</summary>
    public static IServiceCollection AddCompany(this IServiceCollection services, LoadedCompany company, DriverOptions driving)
    {
        services.AddSingleton(company).AddSingleton(company.Playbooks).AddSingleton(company.Prompts).AddSingleton<IDirectory>(company.Directory).AddSingleton(PlainWords.Of(company.Directory))
            .AddSingleton(new KnowledgeInForce(company.Knowledge, company.Settings.TimeZone));
        services.AddTools(company.Tools);
        services.AddSingleton<EarlierConfigurations>().AddSingleton<EarlierTools>(p => p.GetRequiredService<EarlierConfigurations>().FindAsync);
        services.AddSingleton<SuspensionDesk>().AddSingleton<ClassificationDesk>().AddSingleton<ChangeDesk>().AddSingleton<IStandingProposals, StandingProposals>();
        services.AddAgents(company);
        services.AddManagerAgent(driving).AddSingleton<IRelatedWork, RelatedRecall>().AddSingleton<IWorkload, ListedWorkload>();
        services.AddMonitors(company.Monitors, _ => new MonitorSettings(company.Bundle.Hash, company.Settings.TimeZone, company.Settings.Budget, driving.Node));
        services.AddSingleton(p => new WorkflowMapper(company.Settings.Currency, p.GetRequiredService<PlainWords>(), company.Settings.MinutesPerTask ?? 0, company.IsScripted));
        return services;
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
            return company.Cassette is { } scripted ? ScriptedModelClient.Of(company.Scripts, scripted) : new ScriptedModelClient(company.Scripts);
        }

        var first = ClientOf(model, company.Cassette, time);
        return company.Settings.OtherModels.IsEmpty
            ? first
            : new NamedModels([(AgentProfile.UsualModel, first), .. company.Settings.OtherModels.Select(m => (m.Key, ClientOf(m.Value, CassetteSettings.Of(company.Cassette, m.Key), time)))]);
    }

    private static ChatModelClient ClientOf(ModelSettings model, CassetteOptions? cassette, TimeProvider time)
    {
        var options = new ModelOptions(new Uri(model.Url), model.Name)
        {
            Kind = model.Kind,
            Key = model.Key,
            IsInside = model.IsInside,
            InputPrice = model.InputPrice,
            OutputPrice = model.OutputPrice,
        };
        return ChatModelClient.Of(model.Timeout is { } timeout ? options with { Timeout = timeout } : options, time, chance: null, cassette);
    }
}
