using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>People and agents, in one pool.</summary>
public interface IDirectory
{
    /// <summary>Everyone in <c>people.yaml</c>, in its order.</summary>
    ImmutableArray<Person> People { get; }

    /// <summary>Every agent of the company, by name.</summary>
    ImmutableArray<AgentProfile> Agents { get; }

    /// <summary>A person by id; null when nobody has it.</summary>
    Person? Person(string id) => People.FirstOrDefault(p => p.Id == id);

    /// <summary>An agent by name; null when none has it.</summary>
    AgentProfile? Agent(string name) => Agents.FirstOrDefault(a => a.Name == name);
}

/// <summary>Somebody who works here.</summary>
/// <param name="Id">Pseudonymous; used in the journal.</param>
/// <param name="Name">What people call them.</param>
/// <param name="Email">Null when unknown.</param>
/// <param name="Roles">What they may decide.</param>
/// <param name="Skills">What they can do, 0 to 1.</param>
/// <param name="StandIn">Who decides in their place when they do not answer: a person's id; null for nobody.</param>
public sealed record Person(
    string Id, string Name, string? Email, ImmutableArray<string> Roles, ImmutableDictionary<string, decimal> Skills, string? StandIn = null)
{
    /// <summary>When they are at work; null where nobody said.</summary>
    public WorkHours? Hours { get; init; }

    /// <summary>How many open tasks they may have at once, in all workflows together, at least 1; null for as many as come.</summary>
    public int? Capacity { get; init; }
}

/// <summary>An execution agent.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Skills">What it can do.</param>
/// <param name="Tools">What it may ever call.</param>
/// <param name="Model">Which model it thinks with; <see cref="UsualModel"/> for the company's.</param>
/// <param name="Limits">Where an attempt ends.</param>
/// <param name="Prompt">Its instructions: trusted text of the company.</param>
public sealed record AgentProfile(string Name, ImmutableArray<string> Skills, ImmutableArray<string> Tools, string Model, TurnLimits Limits, string Prompt)
{
    /// <summary>What the company's own model is called, wherever a model is named.</summary>
    public const string UsualModel = "default";
}
