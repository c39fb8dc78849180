using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>Reads Prometheus' text format as strictly as it is written down, and throws where a text is not that.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, string> _help = [];
    private readonly List<Sample> _samples = [];

    public IReadOnlyList<Sample> Samples => _samples;

    public static Exposition Read(string text)
    {
        var read = new Exposition();
        Demand(text.EndsWith('\n'), "The last line does not end.");
        var done = new HashSet<string>();
        var current = string.Empty;
        foreach (var line in text[..^1].Split('\n'))
        {
            var family = line.StartsWith("# ", StringComparison.Ordinal) ? read.Comment(line) : read.Sampled(line);
            if (family != current)
            {
                Demand(done.Add(family), $"{family} is scattered.");
                current = family;
            }
        }

        read.CheckHistograms();
        return read;
    }

    public string TypeOf(string family) => _types[family];

    public string HelpOf(string family) => _help[family];

    public double Value(string name, params (string Key, string Value)[] labels) =>
        Assert.Single(_samples, s => s.Name == name && s.Labels.Count == labels.Length && labels.All(l => s.Labels.GetValueOrDefault(l.Key) == l.Value)).Value;

    private string Comment(string line)
    {
        var parts = line.Split(' ', 4);
        Demand(parts.Length == 4 && parts[1] is "HELP" or "TYPE" && Name().IsMatch(parts[2]), line);
        var (kind, family, rest) = (parts[1], parts[2], parts[3]);
        if (kind == "HELP")
        {
            Demand(_help.TryAdd(family, Unescape(rest, isLabel: false)), "HELP twice: " + line);
        }
        else
        {
            Demand(rest is "counter" or "gauge" or "histogram", line);
            Demand(_help.ContainsKey(family) && _types.TryAdd(family, rest), "TYPE twice, or before HELP: " + line);
        }

        return family;
    }

    private string Sampled(string line)
    {
        var match = SampleLine().Match(line);
        Demand(match.Success, line);
        var name = match.Groups["name"].Value;
        var labels = new Dictionary<string, string>();
        foreach (Match label in Label().Matches(match.Groups["labels"].Value))
        {
            Demand(labels.TryAdd(label.Groups["key"].Value, Unescape(label.Groups["value"].Value, isLabel: true)), "A label twice: " + line);
        }

        var family = _types.ContainsKey(name) ? name : Suffix().Replace(name, string.Empty);
        Demand(_types.TryGetValue(family, out var type), "No TYPE before: " + line);
        Demand(type == "histogram" == (family != name), line);
        Demand(type != "counter" || name.EndsWith("_total", StringComparison.Ordinal), line);
        var sample = new Sample(name, labels, Number(match.Groups["value"].Value));
        Demand(!_samples.Any(s => s.Name == name && s.Labels.Count == labels.Count && !s.Labels.Except(labels).Any()), "A series twice: " + line);
        _samples.Add(sample);
        return family;
    }

    private void CheckHistograms()
    {
        foreach (var family in _types.Where(t => t.Value == "histogram").Select(t => t.Key))
        {
            foreach (var series in _samples.Where(s => s.Name == family + "_bucket").GroupBy(s => string.Join(';', s.Labels.Where(l => l.Key != "le").OrderBy(l => l.Key).Select(l => l.Key + "=" + l.Value))))
            {
                var buckets = series.Select(s => (Bound: Number(s.Labels["le"]), s.Value)).ToList();
                Demand(buckets.Zip(buckets.Skip(1)).All(p => p.First.Bound < p.Second.Bound && p.First.Value <= p.Second.Value), $"{family} {series.Key} does not rise.");
                var labels = series.First().Labels.Where(l => l.Key != "le").Select(l => (l.Key, l.Value)).ToArray();
                Demand(double.IsPositiveInfinity(buckets[^1].Bound) && buckets[^1].Value == Value(family + "_count", labels), $"{family} {series.Key} has no end.");
                Value(family + "_sum", labels);
            }
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Unescape(string text, bool isLabel)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            i++;
            Demand(i < text.Length && (text[i] is '\\' or 'n' || (isLabel && text[i] == '"')), "A wrong escape: " + text);
            plain.Append(text[i] == 'n' ? '\n' : text[i]);
        }

        return plain.ToString();
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    private static partial Regex Name();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\.)*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\.)*")*)\})? (?<value>[^ ]+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<key>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(?:[^"\\]|\\.)*)"(?:,|$)""")]
    private static partial Regex Label();
}

/// <summary>One line of figures.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
