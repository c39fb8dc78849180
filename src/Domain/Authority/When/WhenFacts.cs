namespace AiManager.Domain;

/// <summary>What one evaluation knows; null where nothing is known, so that reading it is an error.</summary>
public sealed class WhenFacts
{
    /// <summary>The arguments of the call.</summary>
    public WhenValue? Args { get; init; }

    /// <summary>What the gate computed about the call.</summary>
    public WhenValue? Facts { get; init; }

    /// <summary>The tool that is called.</summary>
    public WhenValue? Tool { get; init; }

    /// <summary>Who calls.</summary>
    public WhenValue? Agent { get; init; }

    /// <summary>The task the call belongs to.</summary>
    public WhenValue? Task { get; init; }

    /// <summary>The goal the task belongs to.</summary>
    public WhenValue? Goal { get; init; }

    /// <summary>The lists of authority.yaml.</summary>
    public WhenValue? Lists { get; init; }

    /// <summary>What the arguments are made of, a list of text.</summary>
    public WhenValue? Labels { get; init; }

    /// <summary>The moment of the decision.</summary>
    public WhenValue? Now { get; init; }

    /// <summary>What a tool returned, in monitors and acceptance checks.</summary>
    public WhenValue? Result { get; init; }

    internal WhenValue? this[WhenRoot root] => root switch
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
