namespace AiManager.Domain;

/// <summary>A place in a file, both counted from 1; a column is one UTF-16 unit, as editors count.</summary>
public readonly record struct WhenPosition(int Line, int Column)
{
    /// <summary>The first character of a text that stands by itself.</summary>
    public static WhenPosition Start => new(1, 1);

    public override string ToString() => $"{Line}:{Column}";
}
