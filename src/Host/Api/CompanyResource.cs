using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What a terminal or a page must know of the company.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Model">Which model thinks.</param>
/// <param name="IsScripted">True when the scripted model plays.</param>
/// <param name="AllowLocalStandIn">True when a terminal may answer for others.</param>
/// <param name="People">Everyone.</param>
internal sealed record CompanyResource(string Name, string Currency, string Model, bool IsScripted, bool AllowLocalStandIn, ImmutableArray<PersonResource> People)
{
    /// <summary>The role of those who ask.</summary>
    public const string Operator = "operator";

    /// <summary>What is said wherever the scripted model is in use.</summary>
    public const string ScriptedSentence =
        "The scripted model is in use: it plays the company's scripts and understands nothing else. Connect a real one with AIMANAGER_MODEL_URL and AIMANAGER_MODEL.";

    /// <summary>The person of this id, or who asks when nobody is named: the first operator. Throws <see cref="UsageException"/>.</summary>
    public PersonResource PersonOrOperator(string? id) => id is null
        ? People.FirstOrDefault(p => p.Roles.Contains(Operator)) ?? throw new UsageException($"Nobody has the role '{Operator}'. Say who you are with --as PERSON.")
        : People.FirstOrDefault(p => p.Id == id) ?? throw new UsageException($"There is no person '{id}' in people.yaml. There are: {string.Join(", ", People.Select(p => p.Id))}.");

    /// <summary>Who is who.</summary>
    public PlainWords ToWords() => new(id => People.FirstOrDefault(p => p.Id == id)?.Name);

    /// <summary>Which model, in one sentence.</summary>
    public string ModelSentence => IsScripted ? ScriptedSentence : $"Model: {Model}.";
}

/// <summary>Somebody who works here.</summary>
internal sealed record PersonResource(string Id, string Name, ImmutableArray<string> Roles);
