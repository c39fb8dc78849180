using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>Who does a task: an agent or a person.</summary>
/// <param name="Actor">Its pseudonymous id.</param>
public sealed record Executor(Actor Actor)
{
    /// <summary>True for a person: nothing runs here while they work.</summary>
    [JsonIgnore]
    public bool IsPerson => Actor.PersonId is not null;
}
