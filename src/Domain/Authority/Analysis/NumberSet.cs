using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>A stretch of numbers; null is no bound.</summary>
internal readonly record struct NumberRange(decimal? Low, bool HasLow, decimal? High, bool HasHigh)
{
    public static readonly NumberRange Everything = new(null, false, null, false);

    public bool IsEmpty => Low is { } low && High is { } high && (low > high || (low == high && !(HasLow && HasHigh)));

    public bool Contains(decimal number) =>
        (Low is not { } low || number > low || (HasLow && number == low)) && (High is not { } high || number < high || (HasHigh && number == high));

    public NumberRange With(NumberRange other)
    {
        var low = (Low, other.Low) switch
        {
            (null, _) => (other.Low, other.HasLow),
            (_, null) => (Low, HasLow),
            var (a, b) when a == b => (Low, HasLow && other.HasLow),
            var (a, b) => a > b ? (Low, HasLow) : (other.Low, other.HasLow),
        };
        var high = (High, other.High) switch
        {
            (null, _) => (other.High, other.HasHigh),
            (_, null) => (High, HasHigh),
            var (a, b) when a == b => (High, HasHigh && other.HasHigh),
            var (a, b) => a < b ? (High, HasHigh) : (other.High, other.HasHigh),
        };
        return new NumberRange(low.Item1, low.Item2, high.Item1, high.Item2);
    }

    /// <summary>Small enough that one more or less is exact.</summary>
    public static bool IsExact(decimal? number) => number is > -1_000_000_000_000_000_000m and < 1_000_000_000_000_000_000m;

    /// <summary>The same whole numbers, with bounds that are among them.</summary>
    public NumberRange Whole()
    {
        var (low, high) = (Low, High);
        if (low is { } from && IsExact(from))
            low = HasLow ? decimal.Ceiling(from) : decimal.Floor(from) + 1;
        if (high is { } to && IsExact(to))
            high = HasHigh ? decimal.Floor(to) : decimal.Ceiling(to) - 1;
        return new NumberRange(low, HasLow || IsExact(Low), high, HasHigh || IsExact(High));
    }
}

/// <summary>Numbers, as stretches that do not touch, in rising order.</summary>
internal sealed record NumberSet(ImmutableArray<NumberRange> Ranges)
{
    public static readonly NumberSet All = new([NumberRange.Everything]);
    public static readonly NumberSet None = new([]);

    public bool IsEmpty => Ranges.IsEmpty;

    public static NumberSet Below(decimal bound, bool isIn) => new([new NumberRange(null, false, bound, isIn)]);

    public static NumberSet Above(decimal bound, bool isIn) => new([new NumberRange(bound, isIn, null, false)]);

    public static NumberSet Points(IEnumerable<decimal> numbers) => new([.. numbers.Distinct().Order().Select(n => new NumberRange(n, true, n, true))]);

    public static NumberSet AllBut(IEnumerable<decimal> numbers)
    {
        var ranges = ImmutableArray.CreateBuilder<NumberRange>();
        decimal? low = null;
        foreach (var number in numbers.Distinct().Order())
        {
            ranges.Add(new NumberRange(low, false, number, false));
            low = number;
        }
        ranges.Add(new NumberRange(low, false, null, false));
        return new NumberSet(ranges.ToImmutable());
    }

    public bool Contains(decimal number) => Ranges.Any(range => range.Contains(number));

    public NumberSet With(NumberSet other) =>
        new([.. from mine in Ranges from theirs in other.Ranges let both = mine.With(theirs) where !both.IsEmpty select both]);

    public NumberSet Whole() => new([.. Ranges.Select(range => range.Whole()).Where(range => !range.IsEmpty)]);

    /// <returns>One of them, a plain one where there is one; null when none was found.</returns>
    public decimal? Pick(bool isWhole)
    {
        foreach (var range in Ranges)
        {
            foreach (var candidate in Candidates(range))
            {
                if (range.Contains(candidate) && (!isWhole || decimal.IsInteger(candidate)))
                    return candidate;
            }
        }
        return null;
    }

    private static IEnumerable<decimal> Candidates(NumberRange range)
    {
        if (range is { Low: null, High: null })
            yield return 1;
        if (range.Low is { } low)
        {
            yield return low;
            if (NumberRange.IsExact(low))
            {
                yield return decimal.Floor(low) + 1;
                yield return low + 0.01m;
            }
        }
        if (range.High is { } high)
        {
            if (range.Low is null && high > 1)
                yield return 1;
            yield return high;
            if (NumberRange.IsExact(high))
            {
                yield return decimal.Ceiling(high) - 1;
                yield return high - 0.01m;
            }
        }
        if (range is { Low: { } from, High: { } to } && NumberRange.IsExact(from) && NumberRange.IsExact(to))
            yield return (from + to) / 2;
        yield return decimal.MaxValue;
        yield return decimal.MinValue;
    }
}
