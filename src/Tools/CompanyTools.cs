using System.Collections.Immutable;
using AiManager.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.Tools;

/// <summary>A company's tools and its authority over them, bound from its files.</summary>
public sealed class CompanyTools
{
    /// <summary>The file of rules that were drafted from approvals.</summary>
    public const string StandingFile = Policy.StandingFile;

    private static readonly WhenType NoFacts = new WhenType.Record(new Dictionary<string, WhenType>(StringComparer.Ordinal));

    private CompanyTools(string bundle, Catalog catalog, Policy policy, FlowPolicy flows, string currency, SecretWords words) =>
        (Bundle, Catalog, Policy, Flows, Currency, Words) = (bundle, catalog, policy, flows, currency, words);

    /// <summary>Digest of all files that they were bound from.</summary>
    public string Bundle { get; }

    /// <summary>Every tool.</summary>
    public Catalog Catalog { get; }

    /// <summary>Digest of the policy in force.</summary>
    public string PolicyHash => Policy.Hash;

    /// <summary>Its tools, by what people said of those of outside sources.</summary>
    public Catalog Follow(ICompany company, IBlobs blobs) => Catalog.Follow(company, blobs);

    /// <summary>
    /// Whether words that are confidential so may go to a model on nobody's behalf, without a call: only what no flow is about. Who wrote the words is not known any more, so they count as
    /// written by nobody known; and where a source says who may read what it gives, nothing goes outside, since that is not known either. What nobody labelled goes nowhere where it matters.
    /// </summary>
    /// <param name="sink"><c>model:NAME</c>.</param>
    /// <param name="isInside">True when its endpoint is the company's own.</param>
    /// <param name="marks">What is confidential about them.</param>
    public bool MayTell(string sink, bool isInside, ImmutableArray<string> marks)
    {
        var label = new Label(Integrity.Unknown, ImmutableSortedSet.CreateRange(StringComparer.Ordinal, marks));
        var model = FlowSink.OfModel(sink, isInside);
        return !(marks.Contains(Memorable.Unlabelled) && Flows.Minds(model))
            && (isInside || !Catalog.Tools.Any(t => t.Returns.Fields.Any(f => f.Label.Readers is not null)))
            && Flows.Judge(model, [new ArgumentLabel("text", "what is remembered", label, LabelOrigin.Composed, [], IsAuthority: false)], grant: null).Effect == Effect.Allow;
    }

    /// <summary>What a classification of an outside tool lets through that is not let through as the tool stands now; empty for nothing. Nothing is changed by asking.</summary>
    /// <param name="said">What somebody would say.</param>
    /// <param name="state">What has been said.</param>
    /// <param name="directory">Who calls tools.</param>
    /// <param name="now">Rules that have ended by then are left out.</param>
    public ImmutableArray<PolicyChange> WideningBy(ToolClassified said, CompanyState state, IDirectory directory, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(said);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(directory);
        return Catalog.Outside.FirstOrDefault(o => o.Owns(said.Tool)) is { } source
            ? ClassificationChanges.Of(
                this, source.Look(state).GetValueOrDefault(said.Tool)?.Tool, source.Then(source.Listing, state.Classifications.SetItem(said.Tool, said)).GetValueOrDefault(said.Tool)?.Tool, directory, now)
            : [];
    }

    internal Policy Policy { get; }

    internal FlowPolicy Flows { get; }

    internal string Currency { get; }

    internal SecretWords Words { get; }

    /// <summary>A text without the secrets that files were filled in with, in the forms in which an echo shows them: as results are cleaned before anybody keeps them.</summary>
    public string WithoutSecrets(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Words.Clean(text);
    }

    /// <summary>One more secret that no result, no journal and no recording may hold: a key of something else than a tool, which an echo may quote all the same.</summary>
    public void HideSecret(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        Words.Add(secret);
    }

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
        binder.Directory = directory;
        var catalog = binder.Bind(bundle);
        foreach (var agent in directory.Agents)
        {
            foreach (var tool in agent.Tools.Where(t => !catalog.MayHave(t)))
            {
                reader.Fault(new ConfigPlace($"agents/{agent.Name}.md", 1, 1), $"The agent '{agent.Name}' lists the tool '{tool}', which does not exist.");
            }
        }

        catalog.Mention(directory.Agents.SelectMany(a => a.Tools), Policy.ToolsNamed(bundle));
        return new CompanyTools(
            bundle.Hash, catalog, Policy.Bind(bundle, Governed(catalog), directory, reader), FlowPolicy.Bind(bundle, catalog, directory, reader), currency, binder.Words);
    }

    /// <summary>What its policy says of itself: its tests and what they show. Nothing is opened or called.</summary>
    /// <param name="time">What tests read as <c>now</c>.</param>
    public AuthorityDesk Rehearsal(TimeProvider time) => new(Policy, Flows, Catalog, Governed(Catalog), (_, _, _) => Task.FromResult(JsonText.EmptyObject), time);

    /// <summary>
    /// Every tool that rules may be about: those of the company, and those of sources that are asked which it names, with as much as its files say of them. An agent
    /// has no others.
    /// </summary>
    internal static ImmutableArray<GovernedTool> Governed(Catalog catalog) =>
    [
        .. catalog.Tools.Select(t => t.Governed),
        .. catalog.Outside.SelectMany(o => o.Said.Select(s => ToolNames.Of(o.Source.Name, s.RemoteName)).OfType<string>()).Concat(catalog.Mentioned)
            .Distinct(StringComparer.Ordinal).Select(name => Unlisted(name, catalog.Outside.First(o => o.Owns(name)).SaidOf(name)) with { IsOnlyNamed = catalog.OnlyNamed.Contains(name) }),
    ];

    private static GovernedTool Unlisted(string name, ToolClassification? said) => new(name, ToolTraits.Of(name, said), new WhenType.Dynamic(), NoFacts) { Money = said?.Money?.Text };
}

/// <summary>Puts the gates and their desks together.</summary>
public static class ToolsServices
{
    /// <summary>
    /// Adds <see cref="IToolGate"/>, <see cref="IModelGate"/>, <see cref="ApprovalDesk"/>, <see cref="ApprovalSecrecy"/>, <see cref="AuthorityDesk"/>, <see cref="Catalog"/> and <see cref="SourceKeeper"/>. Needs the ports
    /// <see cref="IReadModels"/>, <see cref="IBlobs"/>, <see cref="IDirectory"/>, <see cref="ICompany"/>, <see cref="IModelClient"/>, <see cref="IWorkflowOutside"/>,
    /// <see cref="EarlierTools"/>, <see cref="ICrashPoints"/>, <see cref="TimeProvider"/> and <see cref="Random"/>.
    /// </summary>
    public static IServiceCollection AddTools(this IServiceCollection services, CompanyTools tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        services.AddSingleton(p => tools.Follow(p.GetRequiredService<ICompany>(), p.GetRequiredService<IBlobs>()));
        services.AddSingleton<SourceKeeper>();
        services.AddSingleton(tools.Policy);
        services.AddSingleton(tools.Flows);
        services.AddSingleton<FlowDesk>();
        services.AddSingleton<BudgetDesk>();
        services.AddSingleton(p => new AskedBudgets(p.GetRequiredService<BudgetDesk>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new AskedReasons(tools.Policy));
        services.AddSingleton<RecordDesk>();
        services.AddSingleton<StopList>();
        services.AddSingleton<Results>();
        services.AddSingleton<LateOutcomes>();
        services.AddSingleton(tools.Words);
        services.AddSingleton<ToolLanes>();
        services.AddSingleton(p => new Permits(tools.Bundle, tools.Policy, p.GetRequiredService<EarlierTools>()));
        services.AddSingleton<CallJudge>();
        services.AddSingleton<Recheck>();
        services.AddSingleton<Disclosure>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<CallRunner>(p, tools.Currency));
        services.AddSingleton<IToolGate, ToolGate>();
        services.AddSingleton<IModelGate>(p => ActivatorUtilities.CreateInstance<ModelGate>(p, tools.Currency));
        services.AddSingleton(tools.Policy.ApprovalLimits).AddSingleton<ApprovalDesk>();
        services.AddSingleton(p => new ApprovalSecrecy(p.GetRequiredService<FlowDesk>(), p.GetRequiredService<Catalog>()));
        services.AddSingleton(p => new StandingDesk(p.GetRequiredService<IReadModels>(), p.GetRequiredService<IWorkflowOutside>(), tools.Catalog, tools.Policy, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new AuthorityDesk(tools.Policy, tools.Flows, p.GetRequiredService<Catalog>(), CompanyTools.Governed(tools.Catalog), FactsOf(tools.Catalog, p.GetRequiredService<TimeProvider>()), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<StopList>()));
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
            return (await FactReader.ReadAsync(tool, args, time, cancellationToken)).Json;
        }
        catch (FactException fault)
        {
            throw new InvalidOperationException(fault.Message, fault);
        }
    };
}
