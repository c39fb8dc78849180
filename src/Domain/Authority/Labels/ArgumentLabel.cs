using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>How the label of an argument came about.</summary>
public enum LabelOrigin
{
    /// <summary>It stands literally in something that is believed.</summary>
    Proven,

    /// <summary>Its contract endorses it: it can say too little to do harm.</summary>
    Endorsed,

    /// <summary>It was found, perhaps in disguise, only in what is not believed.</summary>
    Found,

    /// <summary>A model composed it of everything that it had seen.</summary>
    Composed,
}

/// <summary>What is known about one value among a call's arguments.</summary>
/// <param name="Path">Where it stands: <c>lines.0.sku</c>.</param>
/// <param name="Shown">The value, cut to 80 characters, for people.</param>
/// <param name="Label">What it is.</param>
/// <param name="Origin">How that came about.</param>
/// <param name="Sources">Where the value was seen, at most three; empty for nowhere.</param>
/// <param name="IsAuthority">It decides whom or what the call reaches.</param>
public sealed record ArgumentLabel(string Path, string Shown, Label Label, LabelOrigin Origin, ImmutableArray<string> Sources, bool IsAuthority)
{
    /// <summary>The label of what stands literally nowhere, beside those of its <see cref="Label"/>.</summary>
    public const string ComposedName = "composed";

    /// <summary>How rules call it: its label's names, and <c>composed</c> for what stands literally nowhere.</summary>
    public IEnumerable<string> Names => Origin == LabelOrigin.Composed ? Label.Names.Append(ComposedName) : Label.Names;

    /// <summary>For people: the argument, its value, what it is and where it was seen.</summary>
    public string Words
    {
        get
        {
            var origin = Origin switch
            {
                LabelOrigin.Proven => $"{Label} from {string.Join(", ", Sources)}",
                LabelOrigin.Endorsed => "within what its contract endorses",
                LabelOrigin.Found => $"{Label}, seen only in {string.Join(", ", Sources)}",
                _ => $"composed after reading {Label} data",
            };
            return $"{Path} = {Shown} ({origin})";
        }
    }
}
