using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>
/// Tool names on the wire: letters, digits, <c>_</c> and <c>-</c> only, so a dot is two underscores there. The names of one question are mapped together, so
/// that what comes back is read by the same table and two names never meet.
/// </summary>
internal sealed class WireNames
{
    /// <summary>What OpenAI's wire takes.</summary>
    private const int Longest = 64;

    private readonly ImmutableDictionary<string, string> _toWire;
    private readonly ImmutableDictionary<string, string> _fromWire;

    public WireNames(IEnumerable<string> names)
    {
        var toWire = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var fromWire = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            var wire = Write(name);
            for (var next = 2; fromWire.ContainsKey(wire); next++)
            {
                wire = Short(Write(name), $"_{next}");
            }

            toWire[name] = wire;
            fromWire[wire] = name;
        }

        _toWire = toWire.ToImmutable();
        _fromWire = fromWire.ToImmutable();
    }

    public static WireNames Of(ModelQuestion question) => new(
        question.Tools.Select(t => t.Name).Concat(question.Messages.OfType<ModelMessage.Assistant>().SelectMany(a => a.Calls).Select(c => c.Tool)));

    public string ToWire(string name) => _toWire.GetValueOrDefault(name) ?? Write(name);

    /// <summary>The name in the catalogue; an unknown one comes back as it is, for the gate to refuse.</summary>
    public string FromWire(string wire) => _fromWire.GetValueOrDefault(wire) ?? wire;

    private static string Write(string name) => Short(
        string.Concat(name.Replace(".", "__", StringComparison.Ordinal).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-')), string.Empty);

    private static string Short(string wire, string suffix) => wire[..Math.Min(wire.Length, Longest - suffix.Length)] + suffix;
}
