namespace AiManager.Domain;

/// <summary>What is known, when a rule is loaded, about the values a part of a condition can have.</summary>
public abstract record WhenType
{
    private WhenType() { }

    /// <summary>As messages call it: "a number".</summary>
    internal abstract string Name { get; }

    public sealed record Number : WhenType
    {
        internal override string Name => "a number";
    }

    public sealed record Text : WhenType
    {
        internal override string Name => "text";
    }

    public sealed record Boolean : WhenType
    {
        internal override string Name => "true or false";
    }

    public sealed record Timestamp : WhenType
    {
        internal override string Name => "a time";
    }

    public sealed record Null : WhenType
    {
        internal override string Name => "null";
    }

    /// <summary>Nothing is known: errors show only when the condition is evaluated.</summary>
    public sealed record Dynamic : WhenType
    {
        internal override string Name => "anything";
    }

    public sealed record List(WhenType Of) : WhenType
    {
        internal override string Name => "a list";
    }

    /// <summary>Any names, all with values of one type.</summary>
    public sealed record Map(WhenType Of) : WhenType
    {
        internal override string Name => "a map";
    }

    /// <summary>Known names.</summary>
    /// <param name="Fields">By name, ordinal.</param>
    /// <param name="IsOpen">Whether it may have others too, of which nothing is known.</param>
    public sealed record Record(IReadOnlyDictionary<string, WhenType> Fields, bool IsOpen = false) : WhenType
    {
        internal override string Name => "a map";
    }
}
