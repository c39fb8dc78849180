using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// Reads a company's folder. What the product does not know it leaves alone, except YAML at the top: a misspelt <c>authority.yml</c> must not
/// quietly be no authority at all.
/// </summary>
internal static class CompanyFolder
{
    /// <summary>The files without which there is no company.</summary>
    public static readonly ImmutableArray<string> Required = ["company.yaml", "tools.yaml", "authority.yaml", "people.yaml"];

    private const string World = "world.sql";
    private const string Knowledge = "knowledge";
    private static readonly (string Folder, string[] Extensions)[] Shelves = [("agents", [".md"]), ("playbooks", [".md"]), (Knowledge, [".md", ".txt", ".html"]), ("scripts", [".yaml"])];

    /// <summary>Reads the folder. Throws nothing but <see cref="ConfigException"/>, which lists every mistake.</summary>
    public static CompanyBundle Read(string folder)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var bundle = Bundle(ReadTexts(folder, faults), faults);
        return faults.Count == 0 ? bundle : throw new ConfigException(faults.ToImmutable());
    }

    /// <summary>Files that were read before, from their texts. Throws <see cref="ConfigException"/>.</summary>
    public static CompanyBundle Of(IReadOnlyDictionary<string, string> texts)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        foreach (var missing in Required.Where(name => !texts.ContainsKey(name)))
        {
            faults.Add(new ConfigFault(new ConfigPlace(missing, 1, 1), "The file is missing."));
        }

        var bundle = Bundle(new Dictionary<string, string>(texts, StringComparer.Ordinal), faults);
        return faults.Count == 0 ? bundle : throw new ConfigException(faults.ToImmutable());
    }

    private static Dictionary<string, string> ReadTexts(string folder, ImmutableArray<ConfigFault>.Builder faults)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (!Directory.Exists(folder) || RealPath.Of(folder) is not { } root)
            {
                faults.Add(new ConfigFault(new ConfigPlace(Required[0], 1, 1), $"There is no company folder '{folder}'. Make one with: init DIR"));
                return texts;
            }

            foreach (var path in FilesOf(root, faults))
            {
                if (ReadBytes(root, path, faults) is { } bytes && CompanyText.Read(path, bytes, faults) is { } text)
                {
                    texts.Add(path, text);
                }
            }

            foreach (var missing in Required.Where(name => !File.Exists(Path.Combine(root, name))))
            {
                faults.Add(new ConfigFault(new ConfigPlace(missing, 1, 1), "The file is missing."));
            }
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigFault(new ConfigPlace(Required[0], 1, 1), "The folder cannot be read: " + broken.Message));
        }

        return texts;
    }

    private static IEnumerable<string> FilesOf(string root, ImmutableArray<ConfigFault>.Builder faults)
    {
        foreach (var name in Directory.EnumerateFiles(root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal))
        {
            if (Required.Contains(name) || name is World or MonitorsFile.File or CompanyTools.StandingFile || CompanyText.IsDescription(name))
            {
                yield return name;
            }
            else if (Path.GetExtension(name).ToUpperInvariant() is ".YAML" or ".YML")
            {
                faults.Add(new ConfigFault(new ConfigPlace(name, 1, 1), $"This file is not known. Known here: {string.Join(", ", Required)}, {MonitorsFile.File}, {CompanyTools.StandingFile}, and NAME{string.Join(" or NAME", CompanyText.Descriptions)} for services."));
            }
        }

        foreach (var (shelf, extensions) in Shelves.Where(s => Directory.Exists(Path.Combine(root, s.Folder))))
        {
            foreach (var name in Directory.EnumerateFiles(Path.Combine(root, shelf)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal))
            {
                if (extensions.Contains(Path.GetExtension(name)) && name[0] != '.')
                {
                    yield return $"{shelf}/{name}";
                }
                else if (shelf == Knowledge && Path.GetExtension(name).Equals(".pdf", StringComparison.OrdinalIgnoreCase))
                {
                    faults.Add(new ConfigFault(new ConfigPlace($"{shelf}/{name}", 1, 1), "PDF is not read here. Save it as text, Markdown or HTML; nobody would be told what it says."));
                }
            }
        }
    }

    private static byte[]? ReadBytes(string root, string path, ImmutableArray<ConfigFault>.Builder faults)
    {
        var top = new ConfigPlace(path, 1, 1);
        try
        {
            if (RealPath.Of(Path.Combine(root, path)) is not { } real || !RealPath.IsWithin(root, real))
            {
                faults.Add(new ConfigFault(top, "The file is a link that leaves the company's folder."));
                return null;
            }

            return CompanyText.Bytes(real, path);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigFault(top, "The file cannot be read: " + broken.Message));
            return null;
        }
    }

    private static CompanyBundle Bundle(Dictionary<string, string> texts, ImmutableArray<ConfigFault>.Builder faults)
    {
        var documents = ImmutableSortedDictionary.CreateBuilder<string, ConfigNode.Map>(StringComparer.Ordinal);
        var pages = ImmutableSortedDictionary.CreateBuilder<string, ConfigPage>(StringComparer.Ordinal);
        var sorted = texts.ToImmutableSortedDictionary(StringComparer.Ordinal);
        foreach (var (path, text) in sorted)
        {
            if (path.EndsWith(".yaml", StringComparison.Ordinal))
            {
                if (YamlText.Read(path, text, 1, faults) is { } document)
                {
                    documents.Add(path, document);
                }
            }
            else if ((path.EndsWith(".md", StringComparison.Ordinal) || path.StartsWith(Knowledge + "/", StringComparison.Ordinal))
                && (MarkdownPage.HasFrontMatter(text) || !path.StartsWith(Knowledge + "/", StringComparison.Ordinal))
                && MarkdownPage.Read(path, text, faults) is { } page)
            {
                pages.Add(path, page);
            }
        }

        return new CompanyBundle(Hash(sorted), documents.ToImmutable(), pages.ToImmutable(), sorted);
    }

    private static string Hash(ImmutableSortedDictionary<string, string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var (path, text) in texts)
        {
            foreach (var part in (string[])[path, text])
            {
                var bytes = Encoding.UTF8.GetBytes(part);
                BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
                hash.AppendData(length);
                hash.AppendData(bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
