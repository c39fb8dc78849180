using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A form that was not taken, with what somebody wrote in it: they find it again where it stood, and why.</summary>
/// <param name="Form">Its name on the page; empty where it says none.</param>
/// <param name="Why">Why it was not taken, in one or two sentences.</param>
/// <param name="Written">What was sent.</param>
internal sealed record KeptForm(string Form, string Why, IFormCollection Written)
{
    /// <summary>The name of the field in which a form says which it is.</summary>
    public const string Field = "form";

    private static readonly string[] InWords = ["goal", "words", "reason", "instead", "json", "cannot", "deadline", "money", "inputs"];

    /// <summary>The name of the field that it was not taken for; null for no single one.</summary>
    public string? At { get; init; }

    /// <summary>What stood in fields before anybody wrote in them, by their names: what is still so was not written.</summary>
    public IReadOnlyDictionary<string, string> Before { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whether it stands on the page that is shown; else what was written is shown apart.</summary>
    public bool IsShown { get; init; }

    /// <summary>Everything in it that somebody may have written themselves, for where the form is gone. What a form carries along, and its token above all, is not theirs.</summary>
    public IEnumerable<(string Name, string Text)> Words =>
        from sent in Written
        let text = sent.Value.ToString()
        where text.Length > 0 && text.ReplaceLineEndings("\n") != Before.GetValueOrDefault(sent.Key)?.ReplaceLineEndings("\n")
        let name = InWords.Contains(sent.Key) ? sent.Key
            : sent.Key.StartsWith(ArgumentLeaf.Prefix, StringComparison.Ordinal) ? PlaceOf(sent.Key[ArgumentLeaf.Prefix.Length..].Trim('/'))
            : sent.Key.StartsWith(DeliverableField.Prefix, StringComparison.Ordinal) ? PlaceOf(sent.Key[DeliverableField.Prefix.Length..])
            : null
        where name is not null
        select (Nouns(name), text);

    /// <summary>A place such as <c>lines/0/sku</c> in words; people count from one.</summary>
    private static string PlaceOf(string steps) =>
        ArgumentLeaf.Named(string.Join('.', steps.Split('/').Select(s => int.TryParse(s, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _) ? $"[{s}]" : s)).Replace(".[", "[", StringComparison.Ordinal)).Trim();

    private static string Nouns(string name) => name switch
    {
        "json" => "JSON",
        "cannot" => "why not",
        "words" => "your words",
        _ => Host.Written.Words(name),
    };
}

/// <summary>A page with forms on it.</summary>
internal interface IHoldsForms
{
    /// <summary>True where a form of this name stands on it.</summary>
    bool Holds(string form);
}
