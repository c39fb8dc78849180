using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Where something stands in a company's files.</summary>
/// <param name="File">Relative to the company folder, with forward slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public sealed record ConfigPlace(string File, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>Something wrong in a company's files.</summary>
/// <param name="Place">Where.</param>
/// <param name="Message">What is wrong and what is expected.</param>
/// <param name="IsWarning">True when the company can run all the same.</param>
public sealed record ConfigFault(ConfigPlace Place, string Message, bool IsWarning = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {(IsWarning ? "warning: " : string.Empty)}{Message}";
}

/// <summary>
/// A value of a YAML file with its place, free of any YAML library: what is a scalar, a list or a map. Anchors and merge keys are resolved
/// or refused by whoever read the file.
/// </summary>
public abstract record ConfigNode(ConfigPlace Place)
{
    /// <summary>Text, number, boolean or null: as written, and whether it was quoted (a quoted <c>5</c> is text).</summary>
    public sealed record Scalar(ConfigPlace Place, string Text, bool IsQuoted) : ConfigNode(Place)
    {
        /// <summary>True for an empty plain scalar, <c>~</c> and <c>null</c>.</summary>
        public bool IsNull => !IsQuoted && Text is "" or "~" or "null";
    }

    /// <summary>Values in order.</summary>
    public sealed record List(ConfigPlace Place, ImmutableArray<ConfigNode> Items) : ConfigNode(Place);

    /// <summary>Entries in the file's order; a key that is there twice was refused when the file was read.</summary>
    public sealed record Map(ConfigPlace Place, ImmutableArray<ConfigEntry> Entries) : ConfigNode(Place)
    {
        /// <summary>The value of <paramref name="key"/>; null when it is not there.</summary>
        public ConfigNode? this[string key] => Entries.FirstOrDefault(e => e.Key == key)?.Value;
    }
}

/// <summary>One key of a map.</summary>
/// <param name="Key">As written.</param>
/// <param name="Place">Where the key stands.</param>
/// <param name="Value">Its value.</param>
public sealed record ConfigEntry(string Key, ConfigPlace Place, ConfigNode Value);

/// <summary>A Markdown file with front matter: an agent, a playbook, a prompt.</summary>
/// <param name="FrontMatter">The YAML between the dashes.</param>
/// <param name="Body">The text behind it.</param>
/// <param name="BodyLine">The line at which the body begins, from 1.</param>
public sealed record ConfigPage(ConfigNode.Map FrontMatter, string Body, int BodyLine);

/// <summary>A company's files, read and in force. The same hash means the same texts.</summary>
/// <param name="Hash">SHA-256 over paths and texts, hex.</param>
/// <param name="Documents">YAML files by path, such as <c>authority.yaml</c>.</param>
/// <param name="Pages">Markdown files with front matter by path, such as <c>agents/purchaser.md</c>.</param>
/// <param name="Texts">Every file's text by path.</param>
public sealed record CompanyBundle(
    string Hash,
    ImmutableSortedDictionary<string, ConfigNode.Map> Documents,
    ImmutableSortedDictionary<string, ConfigPage> Pages,
    ImmutableSortedDictionary<string, string> Texts);

/// <summary>The configuration cannot be used. Lists everything that is wrong, not only the first thing.</summary>
public sealed class ConfigException(ImmutableArray<ConfigFault> faults)
    : Exception(string.Join(Environment.NewLine, faults.Select(f => f.ToString())))
{
    /// <summary>What is wrong, in the order found.</summary>
    public ImmutableArray<ConfigFault> Faults { get; } = faults;
}
