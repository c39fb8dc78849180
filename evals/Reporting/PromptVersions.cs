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
        foreach (var file in Directory.EnumerateFiles(Path.Combine(repository, "prompts"), "*.md").Order(StringComparer.Ordinal))
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
}
