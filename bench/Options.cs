using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Bench;

/// <summary>What a benchmark was given on the command line: <c>--name value</c>, or <c>--name</c> alone.</summary>
internal sealed class Options(string[] args)
{
    public bool Has(string name) => Array.IndexOf(args, name) >= 0;

    public string? Text(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    public double Number(string name, double otherwise) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public int Count(string name, int otherwise) => (int)Number(name, otherwise);

    /// <summary>Several, with commas between.</summary>
    public ImmutableArray<int> Counts(string name, params ReadOnlySpan<int> otherwise) =>
        Text(name) is { } text ? [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : [.. otherwise];
}
