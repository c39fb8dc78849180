using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>The people and agents that a company's files name.</summary>
public sealed class CompanyDirectory : IDirectory
{
    private CompanyDirectory(ImmutableArray<Person> people, ImmutableArray<AgentProfile> agents)
    {
        People = people;
        Agents = agents;
    }

    /// <inheritdoc/>
    public ImmutableArray<Person> People { get; }

    /// <inheritdoc/>
    public ImmutableArray<AgentProfile> Agents { get; }

    /// <summary>Binds <c>people.yaml</c> and <c>agents/*.md</c>; mistakes and warnings go to <paramref name="reader"/>.</summary>
    public static CompanyDirectory Bind(CompanyBundle bundle, ConfigReader reader)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(reader);
        var people = bundle.Documents.TryGetValue("people.yaml", out var document) ? PeopleFile.Read(document, reader) : [];
        var agents = AgentFiles.Read(bundle.Pages.Where(p => p.Key.StartsWith("agents/", StringComparison.Ordinal)), reader);
        return new CompanyDirectory(people, agents);
    }
}
