using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// The secrets that this process was given, in the forms in which an echo shows them: as they are, in JSON, in a URL, in hex and within Base64. What comes back
/// from outside passes here before anybody keeps, logs or shows it: a service that quotes our own header back to us must not put it into the journal.
/// </summary>
internal sealed class SecretWords
{
    /// <summary>What stands in its place.</summary>
    public const string Mark = "[secret]";

    /// <summary>Shorter ones are not looked for: they stand in many a text by chance, and an honest result would come out wrong.</summary>
    public const int Shortest = 6;

    private const int ShortestPart = 8;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _lasting = new(StringComparer.Ordinal);
    private readonly Dictionary<object, (string Now, string? Before)> _passing = new(ReferenceEqualityComparer.Instance);
    private ImmutableSortedSet<string> _forms = ImmutableSortedSet.Create<string>(Comparer<string>.Create(LongestFirst));
    private SearchValues<string>? _search;

    /// <summary>One more, for good. What is too short is passed over.</summary>
    public void Add(string secret)
    {
        lock (_gate)
        {
            if (secret.Length >= Shortest && _lasting.Add(secret))
            {
                Know(_forms.Union(FormsOf(secret)));
            }
        }
    }

    /// <summary>
    /// The one that <paramref name="holder"/> has from now on, such as a token. The one before is still looked for, since a reply may be under way in which it stands;
    /// those before that are worth nothing any more, and a process that runs for a year must not look for all of them.
    /// </summary>
    public void Turn(object holder, string secret)
    {
        lock (_gate)
        {
            var before = _passing.TryGetValue(holder, out var known) ? known.Now == secret ? known.Before : known.Now : null;
            _passing[holder] = (secret, before);
            Know(_forms.Clear().Union(
                _lasting.Concat(_passing.Values.SelectMany(p => (string?[])[p.Now, p.Before]).OfType<string>().Where(p => p.Length >= Shortest)).SelectMany(FormsOf)));
        }
    }

    /// <summary>The text without them; the same text where none is in it.</summary>
    public string Clean(string text)
    {
        var (forms, search) = Now();
        if (search is null || !text.AsSpan().ContainsAny(search))
        {
            return text;
        }

        return forms.Aggregate(text, (clean, form) => clean.Replace(form, Mark, StringComparison.Ordinal));
    }

    /// <summary>A value without them, in its texts and in the names of its fields.</summary>
    public JsonText Clean(JsonText json)
    {
        var clean = Clean(json.Text);
        if (ReferenceEquals(clean, json.Text))
        {
            return json;
        }

        // A number or a name can hold one as well as a text can; where taking it out breaks the form, nothing of the value is kept.
        return JsonText.TryParse(clean, out var sound) ? sound : JsonText.OfString(Mark);
    }

    /// <summary>
    /// Bytes without them, as many as before: what stands where in a file stays so. The same bytes where none is in them. Looked through as a whole, whatever pieces they
    /// came in; what is compressed or encrypted is not seen into.
    /// </summary>
    public ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> bytes)
    {
        var (forms, search) = Now();
        if (search is null)
        {
            return bytes;
        }

        // One character a byte, so that bytes that are no text stay what they are.
        var text = Encoding.Latin1.GetString(bytes.Span);
        return text.AsSpan().ContainsAny(search)
            ? Encoding.Latin1.GetBytes(forms.Aggregate(text, (clean, form) => clean.Replace(form, Mark.PadRight(form.Length, '*')[..form.Length], StringComparison.Ordinal)))
            : bytes;
    }

    private void Know(ImmutableSortedSet<string> forms) => (_forms, _search) = (forms, forms.IsEmpty ? null : SearchValues.Create([.. forms], StringComparison.Ordinal));

    private (ImmutableSortedSet<string> Forms, SearchValues<string>? Search) Now()
    {
        lock (_gate)
        {
            return (_forms, _search);
        }
    }

    /// <summary>A form that holds another one goes first.</summary>
    private static int LongestFirst(string? left, string? right) =>
        left!.Length != right!.Length ? right.Length.CompareTo(left.Length) : string.CompareOrdinal(left, right);

    private static IEnumerable<string> FormsOf(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        var encoded = Uri.EscapeDataString(secret);
        return
        [
            secret,
            Encoding.Latin1.GetString(bytes),   // as it stands in bytes
            JsonEncodedText.Encode(secret).ToString(),
            JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
            encoded,
            LowerHex(encoded),
            encoded.Replace("%20", "+", StringComparison.Ordinal),
            Convert.ToHexString(bytes),
            Convert.ToHexStringLower(bytes),
            .. Base64Parts(bytes).SelectMany(p => (string[])[p, p.Replace('+', '-').Replace('/', '_')]),
        ];
    }

    /// <summary>What of its Base64 does not depend on what stands around it, at each of the three places where it can begin.</summary>
    private static IEnumerable<string> Base64Parts(byte[] secret)
    {
        for (var before = 0; before < 3; before++)
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. secret]);
            var (first, end) = (((before * 8) + 5) / 6, (before + secret.Length) * 8 / 6);
            if (end - first >= ShortestPart)
            {
                yield return whole[first..end];
            }
        }
    }

    private static string LowerHex(string encoded)
    {
        var text = new StringBuilder(encoded);
        for (var at = encoded.IndexOf('%', StringComparison.Ordinal); at >= 0; at = encoded.IndexOf('%', at + 1))
        {
            text[at + 1] = char.ToLowerInvariant(text[at + 1]);
            text[at + 2] = char.ToLowerInvariant(text[at + 2]);
        }

        return text.ToString();
    }
}
