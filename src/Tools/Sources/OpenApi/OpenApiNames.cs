using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.Tools;

/// <summary>
/// Names for operations: what the document calls them, else method and path. The same document gives the same names whatever the order in it; where two would
/// be one, each of them carries a mark of its method and path, so that neither ever stands for the other.
/// </summary>
internal static class OpenApiNames
{
    private const int Longest = 80;

    /// <summary>Each with its name, sorted by it.</summary>
    public static IEnumerable<(string Name, FoundOperation Operation)> Of(IReadOnlyCollection<FoundOperation> operations)
    {
        var plain = operations.Select(o => (Name: Plain(o), Operation: o)).ToList();
        var shared = plain.GroupBy(p => p.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return plain
            .Select(p => (Name: shared.Contains(p.Name) || p.Name.Length > Longest ? Marked(p.Name, p.Operation) : p.Name, p.Operation))
            .OrderBy(p => p.Name, StringComparer.Ordinal)
            .ThenBy(p => p.Operation.Path, StringComparer.Ordinal);
    }

    private static string Plain(FoundOperation operation)
    {
        var given = operation.Element.TryGetProperty("operationId", out var id) && id.ValueKind == JsonValueKind.String ? Clean(id.GetString()!) : string.Empty;
        return given.Length > 0 ? given : Clean($"{operation.Method.ToLowerInvariant()}_{operation.Path}");
    }

    /// <summary>ASCII letters, digits and single underscores.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                clean.Append(character);
            }
            else if (clean.Length > 0 && clean[^1] != '_')
            {
                clean.Append('_');
            }
        }

        return clean.ToString().TrimEnd('_');
    }

    private static string Marked(string name, FoundOperation operation)
    {
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{operation.Method} {operation.Path}")))[..8];
        return $"{name[..Math.Min(name.Length, Longest - mark.Length - 1)]}_{mark}";
    }
}
