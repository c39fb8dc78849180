using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>What the manager says of itself to agents of others.</summary>
internal sealed record A2aCard(
    string Name,
    string Description,
    ImmutableArray<A2aInterface> SupportedInterfaces,
    string Version,
    A2aCapabilities Capabilities,
    ImmutableDictionary<string, A2aSecurityScheme> SecuritySchemes,
    ImmutableArray<A2aSecurityRequirement> SecurityRequirements,
    ImmutableArray<string> DefaultInputModes,
    ImmutableArray<string> DefaultOutputModes,
    ImmutableArray<A2aSkill> Skills)
{
    /// <summary>Where calls go, of either binding.</summary>
    public const string Path = "/a2a";

    /// <summary>What bodies of the HTTP+JSON binding are called.</summary>
    public const string MediaType = "application/a2a+json";

    private const string Words = "Pursues goals: plans them, hands their tasks to agents and people, and asks people where the company's rules say so.";
    private const string Bearer = "bearer";
    private static readonly ImmutableArray<string> Modes = ["text/plain", "application/json"];
    private static readonly A2aSkill AnyGoal = new("goal", "Pursue a goal", "A goal in plain words becomes a task. What has come of it comes as artifacts, with a report.", ["goals", "planning", "approvals"], []);

    /// <summary>For everybody: nothing of the company.</summary>
    /// <param name="here">Where the service is reached.</param>
    public static A2aCard Public(Uri here) => new(
        "AI Manager",
        Words,
        [new A2aInterface(new Uri(here, Path).ToString(), "JSONRPC", A2aVersion.Spoken), new A2aInterface(new Uri(here, Path).ToString(), "HTTP+JSON", A2aVersion.Spoken)],
        NodeService.Version,
        new A2aCapabilities(Streaming: true, PushNotifications: false, ExtendedAgentCard: true),
        ImmutableDictionary<string, A2aSecurityScheme>.Empty.Add(Bearer, new A2aSecurityScheme(new A2aHttpScheme("Bearer", "An API key of the service (aim_…)."))),
        [new A2aSecurityRequirement(ImmutableDictionary<string, A2aScopes>.Empty.Add(Bearer, new A2aScopes([])))],
        Modes,
        Modes,
        [AnyGoal]);

    /// <summary>For who has signed in: the company's name, and its playbooks as skills.</summary>
    /// <param name="here">Where the service is reached.</param>
    /// <param name="company">The company at work.</param>
    public static A2aCard Extended(Uri here, LoadedCompany company) => Public(here) with
    {
        Name = $"AI Manager of {company.Settings.Name}",
        Skills = [AnyGoal, .. company.Playbooks.All.Select(SkillOf)],
    };

    private static A2aSkill SkillOf(Playbook playbook) => new(playbook.Name, playbook.Name, playbook.Outcome, ["playbook"], playbook.Goals);
}

/// <summary>Where and how it is spoken to.</summary>
internal sealed record A2aInterface(string Url, string ProtocolBinding, string ProtocolVersion);

/// <summary>What of the protocol is there.</summary>
internal sealed record A2aCapabilities(bool Streaming, bool PushNotifications, bool ExtendedAgentCard);

/// <summary>How a caller says who it is.</summary>
internal sealed record A2aSecurityScheme(A2aHttpScheme HttpAuthSecurityScheme);

/// <summary>A header with a key.</summary>
internal sealed record A2aHttpScheme(string Scheme, string Description);

/// <summary>What is needed of the schemes.</summary>
internal sealed record A2aSecurityRequirement(ImmutableDictionary<string, A2aScopes> Schemes);

/// <summary>Scopes of a scheme.</summary>
internal sealed record A2aScopes(ImmutableArray<string> List);

/// <summary>Something that it can do.</summary>
internal sealed record A2aSkill(string Id, string Name, string Description, ImmutableArray<string> Tags, ImmutableArray<string> Examples);
