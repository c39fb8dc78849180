using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds one kind of source of <c>tools.yaml</c> whose tools are found out by asking it. Connects to nothing.</summary>
internal interface ISourceKind
{
    /// <summary>As <c>kind</c> says it.</summary>
    string Kind { get; }

    /// <summary>The keys that it has beside <c>name</c>, <c>kind</c> and <c>tools</c>, which the binder of the catalogue reads.</summary>
    ImmutableArray<string> Keys { get; }

    /// <summary>Binds a source; null after a fault.</summary>
    IToolSource? Bind(ConfigNode.Map map, SourceBinding binding);
}

/// <summary>What a kind of source needs for binding one.</summary>
/// <param name="Name">Of the source; sound and unique.</param>
/// <param name="Folder">The company's folder on this host; relative paths start there. It may lack where the configuration came from a shared store.</param>
/// <param name="Bundle">The company's files: what is read at load is read from here, so that every host has the same.</param>
/// <param name="Reader">Takes mistakes.</param>
/// <param name="Fill">Fills <c>${NAME}</c> in a text of the given node; null after a fault. What was filled in is a secret.</param>
/// <param name="Time">The clock.</param>
internal sealed record SourceBinding(string Name, string Folder, CompanyBundle Bundle, ConfigReader Reader, Func<string, ConfigNode, FilledText?> Fill, TimeProvider Time)
{
    /// <summary>As <see cref="Fill"/>, for what is no secret, such as an address: results may show it.</summary>
    public Func<string, ConfigNode, FilledText?> FillOpen { get; init; } = Fill;
}

/// <summary>A text with its placeholders filled in.</summary>
/// <param name="Text">As it goes out.</param>
/// <param name="Secrets">What was filled in: no message may show it.</param>
internal sealed record FilledText(string Text, ImmutableArray<string> Secrets);
