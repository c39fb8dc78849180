using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>Who did something, as a pseudonymous id: <c>person:petra</c>, <c>agent:purchaser</c> or <c>system</c>.</summary>
[JsonConverter(typeof(ActorConverter))]
public readonly record struct Actor(string Value)
{
    /// <summary>The program itself: clocks, checks, the driver.</summary>
    public static Actor System { get; } = new("system");

    /// <summary>The manager, which plans, delegates and reviews.</summary>
    public static Actor Manager { get; } = new("agent:manager");

    /// <summary>A person by id of <c>people.yaml</c>.</summary>
    public static Actor Person(string id) => new("person:" + id);

    /// <summary>An execution agent by name.</summary>
    public static Actor Agent(string name) => new("agent:" + name);

    /// <summary>The person's id, or null when this is not a person.</summary>
    [JsonIgnore]
    public string? PersonId => Value.StartsWith("person:", StringComparison.Ordinal) ? Value[7..] : null;

    /// <summary>The agent's name, or null when this is not an agent.</summary>
    [JsonIgnore]
    public string? AgentName => Value.StartsWith("agent:", StringComparison.Ordinal) ? Value[6..] : null;

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>An actor is a plain string in JSON.</summary>
public sealed class ActorConverter : JsonConverter<Actor>
{
    /// <inheritdoc/>
    public override Actor Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("An actor cannot be null."));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Actor value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value);
    }
}
