using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>How a file became another, line by line, with a few lines around each change. Pure.</summary>
/// <param name="File">Its path.</param>
/// <param name="Lines">What is shown.</param>
/// <param name="Added">Lines that are new.</param>
/// <param name="Removed">Lines that are gone.</param>
internal sealed record FileDifference(string File, ImmutableArray<DifferentLine> Lines, int Added, int Removed)
{
    /// <summary>Lines that a page shows of one file; how many more there are is said.</summary>
    public const int MostLines = 600;

    /// <summary>False where it is not for whoever looks what the lines say: there are none then, and still how many there would be.</summary>
    public bool IsTold { get; private init; } = true;

    private const int Around = 3;

    /// <summary>Pairs of lines that are held against one another; beyond that, all that was stands before all that is.</summary>
    private const int MostPairs = 4_000_000;

    /// <summary>Of two configurations: each file that is not the same, the rules first.</summary>
    public static ImmutableArray<FileDifference> Between(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
    [
        .. from file in before.Keys.Union(after.Keys)
           let was = before.GetValueOrDefault(file)
           let now = after.GetValueOrDefault(file)
           where was != now
           orderby file != DraftDesk.File, file
           select Of(file, was ?? string.Empty, now ?? string.Empty),
    ];

    /// <summary>Of one file.</summary>
    public static FileDifference Of(string file, string before, string after)
    {
        var lines = Compare(Split(before), Split(after));
        var isNear = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            for (var near = Math.Max(0, i - Around); lines[i].Kind != DifferentLine.Same && near <= Math.Min(lines.Count - 1, i + Around); near++)
            {
                isNear[near] = true;
            }
        }

        var shown = ImmutableArray.CreateBuilder<DifferentLine>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (isNear[i])
            {
                shown.Add(lines[i]);
            }
            else if (i + 1 < lines.Count && isNear[i + 1] && shown.Count > 0)
            {
                shown.Add(new DifferentLine(DifferentLine.Gap, string.Empty));
            }
        }

        return new FileDifference(file, shown.ToImmutable(), lines.Count(l => l.Kind == DifferentLine.New), lines.Count(l => l.Kind == DifferentLine.Gone));
    }

    /// <summary>For who is not to read it.</summary>
    public FileDifference Untold() => this with { Lines = [], IsTold = false };

    private static string[] Split(string text) => text.Length == 0 ? [] : text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static List<DifferentLine> Compare(string[] before, string[] after)
    {
        var (head, tail) = (0, 0);
        while (head < Math.Min(before.Length, after.Length) && before[head] == after[head])
        {
            head++;
        }

        while (tail < Math.Min(before.Length, after.Length) - head && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
        }

        List<DifferentLine> lines = [.. before[..head].Select(l => new DifferentLine(DifferentLine.Same, l))];
        Middle(before[head..^tail], after[head..^tail], lines);
        lines.AddRange(before[^tail..].Select(l => new DifferentLine(DifferentLine.Same, l)));
        return lines;
    }

    /// <summary>The longest run of lines that both have, in order, stays; the rest is gone or new.</summary>
    private static void Middle(string[] before, string[] after, List<DifferentLine> lines)
    {
        if ((long)before.Length * after.Length > MostPairs)
        {
            lines.AddRange(before.Select(l => new DifferentLine(DifferentLine.Gone, l)));
            lines.AddRange(after.Select(l => new DifferentLine(DifferentLine.New, l)));
            return;
        }

        var width = after.Length + 1;
        var common = new int[(before.Length + 1) * width];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[(i * width) + j] = before[i] == after[j] ? common[((i + 1) * width) + j + 1] + 1 : Math.Max(common[((i + 1) * width) + j], common[(i * width) + j + 1]);
            }
        }

        var (was, now) = (0, 0);
        while (was < before.Length || now < after.Length)
        {
            if (was < before.Length && now < after.Length && before[was] == after[now])
            {
                lines.Add(new DifferentLine(DifferentLine.Same, before[was++]));
                now++;
            }
            else if (now == after.Length || (was < before.Length && common[((was + 1) * width) + now] >= common[(was * width) + now + 1]))
            {
                lines.Add(new DifferentLine(DifferentLine.Gone, before[was++]));
            }
            else
            {
                lines.Add(new DifferentLine(DifferentLine.New, after[now++]));
            }
        }
    }
}

/// <summary>A line of a file that became another.</summary>
/// <param name="Kind">Whether it is gone, new, in both, or stands for lines that are left out.</param>
/// <param name="Text">What it says.</param>
internal sealed record DifferentLine(char Kind, string Text)
{
    /// <summary>It is in both.</summary>
    public const char Same = ' ';

    /// <summary>It was there.</summary>
    public const char Gone = '-';

    /// <summary>It was not there.</summary>
    public const char New = '+';

    /// <summary>Lines that are in both are left out here.</summary>
    public const char Gap = '…';
}
