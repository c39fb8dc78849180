using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>
/// What a workflow has seen, and where the values of its next call come from. An argument has the label of the best proven source in which it literally
/// stands; what stands nowhere is the join of everything seen. Nothing is ever looked for that looks hostile: what is not proven is not believed.
/// Grows with what is added, in time that is linear in it; a look-up costs about as much as its value is long. Not safe for several threads.
/// </summary>
public sealed class Provenance
{
    private const int MostSources = 3;

    /// <summary>Shorter words say nothing that could be kept.</summary>
    private const int ShortestKept = 4;

    private static readonly ImmutableArray<string> IdWords = ["#", "id", "no", "no.", "nr", "nr.", "number", "with id"];

    private readonly Dictionary<string, List<Seen>> _whole = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _looks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Seen>> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Label> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SeenText>> _trustedTexts = new(StringComparer.Ordinal);
    private readonly List<SeenText> _spoken = [];
    private Label? _all;
    private int _order;

    /// <summary>The join of everything seen: what a value is that a model composed now.</summary>
    public Label All => _all ?? Label.Of(Integrity.User);

    /// <summary>Adds words of a person or of the company, in which values may stand: the goal, messages, a playbook.</summary>
    /// <param name="source">How the place is called for people.</param>
    /// <param name="text">The words.</param>
    /// <param name="label">What they are.</param>
    public void AddWords(string source, string text, Label label)
    {
        ArgumentNullException.ThrowIfNull(label);
        Join(label);
        var order = ++_order;
        if (label.Integrity < Integrity.Vetted)
        {
            AddLooks(source, text);
            return;
        }

        _spoken.Add(new SeenText(SeenForms.Exact(text), label, null, source, order));
        foreach (var number in NumbersIn(text))
        {
            Keep(_numbers, number, new Seen(label, null, source, order));
        }
    }

    /// <summary>Adds what a tool gave.</summary>
    /// <param name="source">How the place is called for people.</param>
    /// <param name="result">The result.</param>
    /// <param name="contract">What its fields are.</param>
    public void AddValues(string source, JsonElement result, OutputContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        var order = ++_order;
        JsonLeaves.Walk(result, (path, leaf) => AddLeaf(source, order, path, leaf, contract.Of(path)));
    }

    /// <summary>
    /// Adds what a call changes in the world. A value of it that is not believed does not become believed by being read back from where it was written:
    /// what reads it later does not prove it. And what was confidential about it still is.
    /// </summary>
    public void AddWritten(JsonElement args, IEnumerable<ArgumentLabel> labels)
    {
        var known = labels.Select(l => (l.Path, l.Label)).DistinctBy(l => l.Path).ToDictionary(l => l.Path, l => l.Label, StringComparer.Ordinal);
        var order = ++_order;
        JsonLeaves.Walk(args, (path, leaf) =>
        {
            if (Text(leaf) is { } text && known.TryGetValue(string.Join('.', path), out var label))
            {
                foreach (var form in SeenText.Words(text).Append(text).SelectMany(Forms))
                {
                    if (label.Integrity < Integrity.Vetted)
                    {
                        _written.TryAdd(form, order);
                    }

                    if (form.Length >= ShortestKept && (!label.Marks.IsEmpty || label.Readers is not null))
                    {
                        _kept[form] = _kept.TryGetValue(form, out var before) ? before.Join(label) : label;
                    }
                }
            }
        });
    }

    /// <summary>What each value among a call's arguments is, in their order. Nulls and empty texts say nothing and are left out.</summary>
    public ImmutableArray<ArgumentLabel> LabelsOf(JsonElement args, AuthorityArguments declared)
    {
        ArgumentNullException.ThrowIfNull(declared);
        var labels = ImmutableArray.CreateBuilder<ArgumentLabel>();
        JsonLeaves.Walk(args, (path, leaf) =>
        {
            if (leaf.ValueKind is not JsonValueKind.Null && Text(leaf) is not "")
            {
                labels.Add(LabelOf(string.Join('.', path), leaf, declared.Of(path)));
            }
        });
        return labels.ToImmutable();
    }

    private ArgumentLabel LabelOf(string path, JsonElement value, AuthorityArgument? declared)
    {
        var text = Text(value);
        var shown = text is null ? value.GetRawText() : text.Length <= 80 ? text : text[..80] + "…";
        if (text is not null && Proof(text, declared?.Kind, value.ValueKind == JsonValueKind.Number) is { } proof)
        {
            return new ArgumentLabel(path, shown, proof.Label.Integrity >= Integrity.Operator ? proof.Label : Keep(text, proof.Label), LabelOrigin.Proven, [proof.Source], declared is not null);
        }

        if (declared?.Endorsed?.Covers(value) == true)
        {
            return new ArgumentLabel(path, shown, Label.Of(Integrity.Vetted), LabelOrigin.Endorsed, [], true);
        }

        if (text is not null && Places(text) is { IsEmpty: false } places)
        {
            var seen = _whole.GetValueOrDefault(SeenForms.Exact(text));
            var integrity = seen?.Max(s => s.Label.Integrity) ?? All.Integrity;
            var known = Keep(text, seen?.Select(s => s.Label).Aggregate((a, b) => a.Join(b)) ?? All);
            return new ArgumentLabel(path, shown, known with { Integrity = Lower(integrity, Integrity.Internal) }, LabelOrigin.Found, places, declared is not null);
        }

        return new ArgumentLabel(path, shown, All, LabelOrigin.Composed, [], declared is not null);
    }

    /// <summary>With what was confidential about a value when it was written down, wherever it was read back from.</summary>
    private Label Keep(string text, Label label) => Forms(text).Where(_kept.ContainsKey).Aggregate(label, (all, form) => (_kept[form] with { Integrity = all.Integrity }).Join(all));

    private static IEnumerable<string> Forms(string text) => SeenForms.Grouped(text) is { } grouped ? [SeenForms.Exact(text), grouped] : [SeenForms.Exact(text)];

    private bool IsWrittenBefore(string form, Seen seen) => _written.TryGetValue(form, out var written) && written < seen.Order;

    /// <summary>The best believed place in which a value literally stands; null when there is none.</summary>
    private Seen? Proof(string text, string? kind, bool isNumber)
    {
        var (exact, grouped) = (SeenForms.Exact(text), SeenForms.Grouped(text));
        Seen? best = null;
        foreach (var seen in _whole.GetValueOrDefault(exact) ?? [])
        {
            Take(seen);
        }

        if (isNumber && kind == AuthorityArgument.Amount)
        {
            foreach (var seen in _numbers.GetValueOrDefault(exact) ?? [])
            {
                Take(seen);
            }
        }

        if (grouped is not null && grouped != exact)
        {
            foreach (var seen in _whole.GetValueOrDefault(grouped) ?? [])
            {
                Take(seen);
            }
        }

        foreach (var spoken in _spoken.Concat(TrustedTexts(exact)))
        {
            if (best is null || best.Label.Integrity < spoken.Label.Integrity)
            {
                if (Says(spoken, exact, kind) || (grouped is not null && spoken.HoldsGrouped(grouped)))
                {
                    Take(new Seen(spoken.Label, spoken.Kind, spoken.Source, spoken.Order));
                }
            }
        }

        return best;

        void Take(Seen seen)
        {
            var isOurs = seen.Label.Integrity >= Integrity.Operator;
            if (seen.Label.Integrity >= Integrity.Vetted
                && (isOurs || ((kind is null || seen.Kind == kind) && !IsWrittenBefore(exact, seen) && !(grouped is not null && IsWrittenBefore(grouped, seen))))
                && (best is null || best.Label.Integrity < seen.Label.Integrity))
            {
                best = seen;
            }
        }
    }

    /// <summary>A value as short as a few digits stands in many texts by chance; there it must be called what it is.</summary>
    private static bool Says(SeenText spoken, string exact, string? kind)
    {
        var isShort = exact.Length < 3 || (exact.Length < 5 && exact.All(char.IsAsciiDigit));
        return isShort ? spoken.HoldsBehind(exact, kind is null ? IdWords : [.. IdWords, kind, kind + " id"]) : spoken.Holds(exact);
    }

    /// <summary>Texts of believed results in which the value's rarest word stands.</summary>
    private List<SeenText> TrustedTexts(string exact)
    {
        List<SeenText>? fewest = null;
        foreach (var word in SeenText.Words(exact))
        {
            if (!_trustedTexts.TryGetValue(word, out var texts))
            {
                return [];
            }

            fewest = fewest is null || texts.Count < fewest.Count ? texts : fewest;
        }

        return fewest ?? [];
    }

    /// <summary>Where a value was seen, also in disguise or in two pieces.</summary>
    private ImmutableArray<string> Places(string text)
    {
        var looks = SeenForms.Looks(text);
        if (looks.Length < 3)
        {
            return [.. (_whole.GetValueOrDefault(SeenForms.Exact(text)) ?? []).Select(s => s.Source).Take(MostSources)];
        }

        if (_looks.TryGetValue(looks, out var places))
        {
            return [.. places];
        }

        foreach (var disguise in SeenForms.Disguises(text))
        {
            if (_looks.TryGetValue(disguise, out places))
            {
                return [.. places];
            }
        }

        for (var cut = 4; cut <= looks.Length - 4 && looks.Length <= 128; cut++)
        {
            if (_looks.TryGetValue(looks[..cut], out var head) && _looks.TryGetValue(looks[cut..], out var tail))
            {
                return [.. head.Concat(tail).Distinct().Take(MostSources)];
            }
        }

        return [];
    }

    private void AddLeaf(string source, int order, ReadOnlySpan<string> path, JsonElement leaf, FieldLabel field)
    {
        Join(field.Label);
        if (Text(leaf) is not { Length: > 0 } text)
        {
            return;
        }

        var place = path.IsEmpty ? source : $"{source} {string.Join('.', path!)}";
        var seen = new Seen(field.Label, field.Kind, place, order);
        var exact = SeenForms.Exact(text);
        Keep(_whole, exact, seen);
        if (SeenForms.Grouped(text) is { } grouped && grouped != exact)
        {
            Keep(_whole, grouped, seen);
        }

        AddLooks(place, text);
        if (field.Label.Integrity >= Integrity.Vetted && exact.Contains(' '))
        {
            var whole = new SeenText(exact, field.Label, field.Kind, place, order);
            foreach (var word in SeenText.Words(exact).Distinct())
            {
                (_trustedTexts.TryGetValue(word, out var texts) ? texts : _trustedTexts[word] = []).Add(whole);
            }
        }
    }

    private void AddLooks(string source, string text)
    {
        foreach (var word in SeenText.Words(text).Append(text))
        {
            var looks = SeenForms.Looks(word);
            if (looks.Length >= 3)
            {
                var places = _looks.TryGetValue(looks, out var known) ? known : _looks[looks] = new List<string>(1);
                if (places.Count < MostSources && !places.Contains(source))
                {
                    places.Add(source);
                }
            }
        }
    }

    /// <summary>Of each kind and belief the first is enough: it says the least about what was written in between.</summary>
    private static void Keep(Dictionary<string, List<Seen>> index, string key, Seen seen)
    {
        var known = index.TryGetValue(key, out var list) ? list : index[key] = new List<Seen>(1);
        if (!known.Any(k => k.Kind == seen.Kind && k.Label.Equals(seen.Label)))
        {
            known.Add(seen);
        }
    }

    /// <summary>A text, or the digits of a number in one form; null for anything else.</summary>
    private static string? Text(JsonElement leaf) => leaf.ValueKind switch
    {
        JsonValueKind.String => leaf.GetString(),
        JsonValueKind.Number => Canonical(leaf.GetRawText()),
        _ => null,
    };

    private static string Canonical(string number) =>
        decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value.ToString("0.############################", CultureInfo.InvariantCulture)
            : number;

    private static IEnumerable<string> NumbersIn(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsAsciiDigit(text[at]) || (at > 0 && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] == '.')))
            {
                continue;
            }

            var end = at;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || (text[end] is '.' or ',' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))))
            {
                end++;
            }

            if (end == text.Length || !char.IsLetter(text[end]))
            {
                yield return Canonical(text[at..end].Replace(",", string.Empty, StringComparison.Ordinal));
            }

            at = end;
        }
    }

    private static Integrity Lower(Integrity left, Integrity right) => left < right ? left : right;

    private void Join(Label label) => _all = _all?.Join(label) ?? label;

    private sealed record Seen(Label Label, string? Kind, string Source, int Order);
}
