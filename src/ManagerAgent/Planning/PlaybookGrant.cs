using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>What a playbook lets all its tasks together do: the envelope out of which each task's grant is handed on.</summary>
/// <param name="Grant">Without a term. Its budget is the slice of each task.</param>
/// <param name="Within">How long after the submission it ends; null for no end.</param>
public sealed record PlaybookGrant(Grant Grant, TimeSpan? Within)
{
    /// <summary>What single tasks may do of it. Where some are named, all others only read.</summary>
    public ImmutableArray<PlaybookTask> Tasks { get; init; } = [];

    /// <summary>As written, where something of it is for the goal's inputs to say; null where nothing is.</summary>
    internal ConfigNode.Map? Template { get; init; }

    /// <summary>Binds <c>grant</c>; null when there is none.</summary>
    internal static PlaybookGrant? Optional(ConfigNode.Map playbook, ConfigReader reader)
    {
        if (reader.OptionalMap(playbook, "grant") is not { } map)
        {
            return null;
        }

        return InputPlaces.Any(map)
            ? new PlaybookGrantBinder(reader).Bind(InputPlaces.Example(map, reader)) with { Template = map }
            : new PlaybookGrantBinder(reader).Bind(map);
    }

    /// <summary>The envelope of a goal.</summary>
    /// <param name="submitted">When it was submitted.</param>
    /// <param name="inputs">What it says itself, an object.</param>
    internal PlaybookEnvelope For(DateTimeOffset submitted, JsonText inputs)
    {
        if (Template is null)
        {
            return Made(this, submitted);
        }

        var reader = new ConfigReader();
        var filled = InputPlaces.Fill(Template, inputs, reader);

        // What is left empty is no second mistake.
        var bound = reader.Faults.Count > 0 ? this : new PlaybookGrantBinder(reader).Bind(filled);
        return reader.Faults.Count > 0 ? new PlaybookEnvelope.Unsaid([.. reader.Faults.Select(f => f.Message).Distinct(StringComparer.Ordinal)]) : Made(bound, submitted);
    }

    private static PlaybookEnvelope.Made Made(PlaybookGrant grant, DateTimeOffset submitted) => new(
        grant.Grant with { Expires = submitted + grant.Within },
        grant.Tasks.IsEmpty ? null : [.. grant.Tasks.Select(t => new NamedGrant(t.Key, t.Grant with { Expires = submitted + t.Within }))]);
}

/// <summary>What a playbook lets one task do.</summary>
/// <param name="Key">The task's key in the plan.</param>
/// <param name="Grant">Without a term.</param>
/// <param name="Within">How long after the submission it ends; null for no end of its own.</param>
public sealed record PlaybookTask(string Key, Grant Grant, TimeSpan? Within);

/// <summary>What becomes of a playbook's grant for one goal.</summary>
internal abstract record PlaybookEnvelope
{
    private PlaybookEnvelope()
    {
    }

    /// <summary>It holds.</summary>
    /// <param name="All">What all tasks together may do.</param>
    /// <param name="Tasks">What single tasks may; null where none is named.</param>
    public sealed record Made(Grant All, ImmutableArray<NamedGrant>? Tasks) : PlaybookEnvelope;

    /// <summary>The goal does not say what the grant leaves to it.</summary>
    /// <param name="Reasons">What is missing or does not fit, for people.</param>
    public sealed record Unsaid(ImmutableArray<string> Reasons) : PlaybookEnvelope;
}
