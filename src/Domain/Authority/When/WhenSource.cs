namespace AiManager.Domain;

/// <summary>A stretch of a condition's text, in UTF-16 units; <paramref name="End"/> is exclusive.</summary>
internal readonly record struct WhenSpan(int Start, int End);

/// <summary>A condition as written, and where in its file it begins.</summary>
internal sealed class WhenSource(string text, WhenPosition origin)
{
    public string Text => text;

    public string this[WhenSpan span] => text[span.Start..span.End];

    /// <summary>Every line is taken to begin in the origin's column, as the lines of a YAML block do.</summary>
    public WhenPosition PositionOf(int offset)
    {
        var (line, lineStart) = (origin.Line, 0);
        for (var index = 0; index < offset; index++)
        {
            var isLineEnd = text[index] == '\n' || (text[index] == '\r' && (index + 1 == text.Length || text[index + 1] != '\n'));
            if (isLineEnd)
                (line, lineStart) = (line + 1, index + 1);
        }
        return new WhenPosition(line, origin.Column + offset - lineStart);
    }

    public WhenFault Fault(int offset, string message)
    {
        var (line, column) = PositionOf(offset);
        return new WhenFault(line, column, message);
    }
}
