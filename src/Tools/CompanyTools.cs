using System.Collections.Immutable;
using AiManager.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.Tools;

/// <summary>A company's tools and its authority over them, bound from its files.</summary>
public sealed class CompanyTools
{
    private CompanyTools(Catalog catalog, Policy policy, FlowPolicy flows, string currency) => (Catalog, Policy, Flows, Currency) = (catalog, policy, flows, currency);

    /// <summary>Every tool.</summary>
    public Catalog Catalog { get; }

    /// <summary>Digest of the policy in force.</summary>
    public string PolicyHash => Policy.Hash;

    internal Policy Policy { get; }

    internal FlowPolicy Flows { get; }

    internal string Currency { get; }

    /// <summary>Binds <c>tools.yaml</c> and <c>authority.yaml</c>; what is wrong goes to the binder's reader, and then nothing of this must be used.</summary>
    /// <param name="bundle">The company's files.</param>
    /// <param name="binder">Binds the catalogue.</param>
    /// <param name="directory">Who holds which role, and which agent has which tools.</param>
    /// <param name="currency">The company's.</param>
    /// <param name="reader">Takes mistakes; the same as the binder's.</param>
    public static CompanyTools Bind(CompanyBundle bundle, CatalogBinder binder, IDirectory directory, string currency, ConfigReader reader)
    {
        ArgumentNullException.ThrowIfNull(binder);
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(reader);
        var catalog = binder.Bind(bundle);
        foreach (var agent in directory.Agents)
        {
            foreach (var tool in agent.Tools.Where(t => catalog.Find(t) is null))
            {
                reader.Fault(new ConfigPlace($"agents/{agent.Name}.md", 1, 1), $"The agent '{agent.Name}' lists the tool '{tool}', which does not exist.");
            }
        }

        return new CompanyTools(
            catalog, Policy.Bind(bundle, Governed(catalog), directory, reader), FlowPolicy.Bind(bundle, catalog, directory, reader), currency);
    }

    internal static ImmutableArray<GovernedTool> Governed(Catalog catalog) =>
        [.. catalog.Tools.Select(t => new GovernedTool(t.Name, t.Traits, t.ArgsType, t.FactsType) { Parameters = t.Info.Parameters, Money = t.Info.Money, Authority = t.Authority })];
}

/// <summary>Puts the gates and their desks together.</summary>
public static class ToolsServices
{
    /// <summary>
    /// Adds <see cref="IToolGate"/>, <see cref="IModelGate"/>, <see cref="ApprovalDesk"/>, <see cref="AuthorityDesk"/> and <see cref="Catalog"/>. Needs the ports
    /// <see cref="IReadModels"/>, <see cref="IBlobs"/>, <see cref="IDirectory"/>, <see cref="ICompany"/>, <see cref="IModelClient"/>, <see cref="IWorkflowOutside"/>,
    /// <see cref="ICrashPoints"/> and <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddTools(this IServiceCollection services, CompanyTools tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        services.AddSingleton(tools.Catalog);
        services.AddSingleton(tools.Policy);
        services.AddSingleton(tools.Flows);
        services.AddSingleton<FlowDesk>();
        services.AddSingleton<BudgetDesk>();
        services.AddSingleton<StopList>();
        services.AddSingleton<Results>();
        services.AddSingleton<LateOutcomes>();
        services.AddSingleton<CallJudge>();
        services.AddSingleton<Recheck>();
        services.AddSingleton<Disclosure>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<CallRunner>(p, tools.Currency));
        services.AddSingleton<IToolGate, ToolGate>();
        services.AddSingleton<IModelGate>(p => ActivatorUtilities.CreateInstance<ModelGate>(p, tools.Currency));
        services.AddSingleton<ApprovalDesk>();
        services.AddSingleton(p => new AuthorityDesk(tools.Policy, tools.Flows, tools.Catalog, CompanyTools.Governed(tools.Catalog), FactsOf(tools.Catalog, p.GetRequiredService<TimeProvider>()), p.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static FactsProvider FactsOf(Catalog catalog, TimeProvider time) => async (name, args, cancellationToken) =>
    {
        if (catalog.Find(name) is not { } tool)
        {
            return JsonText.EmptyObject;
        }

        if (tool.Schema.Validate(args) is { IsEmpty: false } errors)
        {
            throw new InvalidOperationException("The arguments do not fit the tool: " + string.Join("; ", errors));
        }

        try
        {
            return (await FactReader.ReadAsync(tool, args.ToElement(), time, cancellationToken)).Json;
        }
        catch (FactException fault)
        {
            throw new InvalidOperationException(fault.Message, fault);
        }
    };
}
