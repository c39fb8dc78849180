using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a rule makes of one argument.</summary>
/// <param name="Arg">As written, such as <c>lines.quantity</c>; through a list it means every element.</param>
/// <param name="Kind">What is done to it.</param>
/// <param name="Most">For a cap: the most that is left.</param>
/// <param name="Value">For a set or an add: what, JSON.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record RuleChange(string Arg, ChangeKind Kind, decimal Most, JsonText Value, ConfigPlace Place)
{
    /// <summary>The steps of <see cref="Arg"/>.</summary>
    public ImmutableArray<string> Path { get; } = [.. Arg.Split('.')];
}

/// <summary>What can be done to an argument. All of them narrow or mark what was asked; none of them permits anything.</summary>
internal enum ChangeKind
{
    /// <summary>A number is cut down to a most.</summary>
    AtMost,

    /// <summary>A text is blacked out.</summary>
    Redact,

    /// <summary>The value is replaced.</summary>
    Set,

    /// <summary>A list gets one element more, where it lacks it.</summary>
    Add,
}
