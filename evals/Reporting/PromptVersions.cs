using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AiManager.Host;

namespace AiManager.Evals;

/// <summary>Which prompts a run is told, by the version in each file's front matter.</summary>
/// <param name="Words">For people: <c>outline 1, review 2</c>.</param>
/// <param name="Digest">Of their texts, so that two runs are told apart also where a version was not raised.</param>
internal sealed record PromptVersions(string Words, string Digest)
{
    /// <summary>Of the repository's prompts, with those of a folder in their place. Throws <see cref="ConfigException"/>.</summary>
    public static PromptVersions Of(string repository, string? folder)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        List<string> words = [];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var built = Directory.EnumerateFiles(Path.Combine(repository, "prompts"), "*.md").Order(StringComparer.Ordinal).ToArray();
        if (folder is not null)
        {
            CheckNames(folder, [.. built.Select(Path.GetFileName).OfType<string>()], faults);
        }

        foreach (var file in built)
        {
            var other = folder is null ? file : Path.Combine(folder, Path.GetFileName(file));
            var used = File.Exists(other) ? other : file;
            var text = File.ReadAllText(used).ReplaceLineEndings("\n");
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            if (MarkdownPage.Read(used, text, faults) is { } page)
            {
                words.Add($"{Path.GetFileNameWithoutExtension(file)} {(page.FrontMatter["version"] is ConfigNode.Scalar version ? version.Text : "1")}{(used == file ? string.Empty : "*")}");
            }
        }

        return faults.Count == 0 ? new PromptVersions(string.Join(", ", words), Convert.ToHexStringLower(hash.GetHashAndReset())[..16]) : throw new ConfigException(faults.ToImmutable());
    }

    /// <summary>A folder in which nothing takes a prompt's place would be compared with itself, and a mistyped name would pass for a verdict.</summary>
    private static void CheckNames(string folder, ImmutableArray<string> names, ImmutableArray<ConfigFault>.Builder faults)
    {
        var given = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal).ToArray() : [];
        foreach (var stranger in given.Where(f => !names.Contains(Path.GetFileName(f))))
        {
            faults.Add(new ConfigFault(new ConfigPlace(stranger, 1, 1), $"There is no prompt of this name. There are: {string.Join(", ", names)}."));
        }

        if (given.Length == 0)
        {
            faults.Add(new ConfigFault(new ConfigPlace(folder, 1, 1), "There is no folder with prompts (*.md) here."));
        }
    }
}
