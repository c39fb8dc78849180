using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Binds the front matter of <c>knowledge/*</c>.</summary>
internal static class KnowledgeFiles
{
    /// <summary>Keys of the front matter.</summary>
    public static readonly ImmutableArray<string> Keys = ["owner", "approvedBy", "validFrom", "validUntil", "audience", "labels"];

    private const int VersionDigits = 16;

    /// <summary>Every file with where its body begins, by path; mistakes go to <paramref name="reader"/>.</summary>
    public static ImmutableArray<(KnowledgeSource Source, string Text, int Start)> Read(CompanyBundle bundle, ConfigReader reader)
    {
        var files = ImmutableArray.CreateBuilder<(KnowledgeSource, string, int)>();
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, text) in bundle.Texts.Where(t => t.Key.StartsWith(Citations.Folder, StringComparison.Ordinal)))
        {
            var id = IdOf(path);
            if (!ids.TryAdd(id, path))
            {
                reader.Fault(new ConfigPlace(path, 1, 1), $"{path} and {ids[id]} would both be called '{id}'. Give one of them another name.");
            }

            var page = bundle.Pages.GetValueOrDefault(path);
            files.Add((Source(id, path, text, page?.FrontMatter, reader), text, page is null ? 0 : text.Length - page.Body.Length));
        }

        return files.ToImmutable();
    }

    private static KnowledgeSource Source(string id, string path, string text, ConfigNode.Map? map, ConfigReader reader)
    {
        var version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..VersionDigits];
        if (map is null)
        {
            reader.Warn(new ConfigPlace(path, 1, 1), "Nobody has approved this (no front matter with 'approvedBy'): nobody is told what it says.");
            return new KnowledgeSource(id, path, version, null, null, null, null, [], []);
        }

        reader.Keys(map, Keys);
        var (from, until) = (Day(map, "validFrom", reader), Day(map, "validUntil", reader));
        if (until < from)
        {
            reader.Fault(map["validUntil"]!.Place, "'validUntil' lies before 'validFrom': it would never hold.");
        }

        var approved = reader.OptionalText(map, "approvedBy");
        if (string.IsNullOrWhiteSpace(approved))
        {
            reader.Warn(map.Place, "Nobody has approved this ('approvedBy'): nobody is told what it says.");
            approved = null;
        }

        return new KnowledgeSource(id, path, version, reader.OptionalText(map, "owner"), approved, from, until, reader.Texts(map, "audience"), reader.Texts(map, "labels"));
    }

    private static DateOnly? Day(ConfigNode.Map map, string key, ConfigReader reader)
    {
        if (reader.OptionalText(map, key) is not { } written)
        {
            return null;
        }

        if (DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        reader.Fault(map[key]!.Place, $"'{key}' must be a day such as 2026-12-31.");
        return null;
    }

    /// <summary>A name that can be a step of a path: labels are declared by it.</summary>
    private static string IdOf(string path)
    {
        var name = path[Citations.Folder.Length..];
        var end = name.LastIndexOf('.');
        return string.Concat((end < 0 ? name : name[..end]).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
    }
}
