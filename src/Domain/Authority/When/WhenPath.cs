namespace AiManager.Domain;

/// <summary>A field that a condition reads.</summary>
/// <param name="Fields">The names below the root, outermost first; empty when the root is read as a whole. It ends where a list is indexed or the name is computed.</param>
/// <param name="At">Where it is first read.</param>
public sealed record WhenPath(WhenRoot Root, IReadOnlyList<string> Fields, WhenPosition At)
{
    /// <summary>As written in a condition: <c>args.lines</c>.</summary>
    public override string ToString() => WhenWriter.Write(this);
}
