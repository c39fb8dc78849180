using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Reads conditions out of YAML scalars, so that a fault names the very character in the file.</summary>
/// <param name="text">The file; null when it is not known, then places inside block scalars are near, not exact.</param>
/// <param name="reader">Collects the faults.</param>
internal sealed class ConditionReader(string? text, ConfigReader reader)
{
    private readonly string[] _lines = text?.Split('\n') ?? [];

    /// <summary>The expression under <paramref name="key"/>; null when there is none, or after a fault.</summary>
    public WhenExpression? Optional(ConfigNode.Map map, string key)
    {
        if (map[key] is not { } node)
        {
            return null;
        }

        if (node is not ConfigNode.Scalar { IsNull: false } scalar)
        {
            reader.Fault(node.Place, $"'{key}' must be a condition, as text.");
            return null;
        }

        switch (When.Parse(scalar.Text, OriginOf(scalar)))
        {
            case WhenParsed.Sound sound:
                return sound.Expression;
            case WhenParsed.Faulty faulty:
                Report(scalar.Place.File, faulty.Faults);
                break;
        }

        return null;
    }

    public void Report(string file, IEnumerable<WhenFault> faults, string suffix = "")
    {
        foreach (var fault in faults)
        {
            reader.Fault(new ConfigPlace(file, fault.Line, fault.Column), fault.Message + suffix);
        }
    }

    private WhenPosition OriginOf(ConfigNode.Scalar scalar)
    {
        var (line, column) = (scalar.Place.Line, scalar.Place.Column);
        if (!scalar.IsQuoted)
        {
            return new WhenPosition(line, column);
        }

        // A block scalar counts as quoted; its text begins in the line below the | or >, empty lines and all.
        if (line <= _lines.Length && column <= _lines[line - 1].Length && _lines[line - 1][column - 1] is '|' or '>')
        {
            for (var next = line; next < _lines.Length; next++)
            {
                if (!string.IsNullOrWhiteSpace(_lines[next]))
                {
                    return new WhenPosition(line + 1, _lines[next].Length - _lines[next].TrimStart().Length + 1);
                }
            }
        }

        return new WhenPosition(line, column + 1);
    }
}
