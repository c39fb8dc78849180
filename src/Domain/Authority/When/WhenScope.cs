namespace AiManager.Domain;

/// <summary>What a condition may read where it stands, and of which type; null where that root cannot be read at all.</summary>
public sealed class WhenScope
{
    /// <summary>The arguments of the call.</summary>
    public WhenType? Args { get; init; }

    /// <summary>What the gate computed about the call.</summary>
    public WhenType? Facts { get; init; }

    /// <summary>The tool that is called.</summary>
    public WhenType? Tool { get; init; }

    /// <summary>Who calls.</summary>
    public WhenType? Agent { get; init; }

    /// <summary>The task the call belongs to.</summary>
    public WhenType? Task { get; init; }

    /// <summary>The goal the task belongs to.</summary>
    public WhenType? Goal { get; init; }

    /// <summary>The lists of authority.yaml.</summary>
    public WhenType? Lists { get; init; }

    /// <summary>What the arguments are made of, a list of text.</summary>
    public WhenType? Labels { get; init; }

    /// <summary>The moment of the decision.</summary>
    public WhenType? Now { get; init; }

    /// <summary>What a tool returned, in monitors and acceptance checks.</summary>
    public WhenType? Result { get; init; }

    internal WhenType? this[WhenRoot root] => root switch
    {
        WhenRoot.Args => Args,
        WhenRoot.Facts => Facts,
        WhenRoot.Tool => Tool,
        WhenRoot.Agent => Agent,
        WhenRoot.Task => Task,
        WhenRoot.Goal => Goal,
        WhenRoot.Lists => Lists,
        WhenRoot.Labels => Labels,
        WhenRoot.Now => Now,
        WhenRoot.Result => Result,
        _ => null,
    };
}
