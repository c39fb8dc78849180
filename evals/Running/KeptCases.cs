using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>
/// Finished cases of a run that was stopped. One is found again only for the same suite, company, program, prompts, conditions and model at the same endpoint. What could not be run to its end is not
/// kept: its endpoint may have been away.
/// </summary>
/// <param name="folder">Where they are; null keeps nothing.</param>
/// <param name="repository">Where suites and companies are.</param>
/// <param name="model">What they were measured with: the model with its endpoint, the prompts, and what a report says of the conditions.</param>
/// <param name="program">Where the program is; null for this one's own folder.</param>
internal sealed class KeptCases(string? folder, string repository, string model, string? program = null)
{
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>What an earlier run kept; null for nothing.</summary>
    public CaseResult? Find(EvalSuite suite, EvalCase one) =>
        folder is not null && File.Exists(FileOf(suite, one)) ? JsonSerializer.Deserialize<CaseResult>(File.ReadAllText(FileOf(suite, one)), RunResults.Json) : null;

    /// <summary>Keeps it, all or nothing: a run may be stopped at any time.</summary>
    public async Task KeepAsync(EvalSuite suite, EvalCase one, CaseResult result, CancellationToken cancellationToken)
    {
        if (folder is null || !result.HasRun)
        {
            return;
        }

        var path = FileOf(suite, one);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path + ".new", JsonSerializer.Serialize(result, RunResults.Json), cancellationToken);
        File.Move(path + ".new", path, overwrite: true);
    }

    private string FileOf(EvalSuite suite, EvalCase one) => Path.Combine(folder!, "cases", suite.Name, Digest(suite), one.Name.Replace('/', '.') + ".json");

    private string Digest(EvalSuite suite)
    {
        lock (_lock)
        {
            if (!_digests.TryGetValue(suite.Name, out var digest))
            {
                _digests.Add(suite.Name, digest = Compute(suite));
            }

            return digest;
        }
    }

    private string Compute(EvalSuite suite)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(model));
        Add(hash, Suites.PathOf(repository, suite.Name));

        // The graders are among them, and which versions of others' code there are stands in the .deps.json.
        var programs = program ?? AppContext.BaseDirectory;
        foreach (var file in Directory.EnumerateFiles(programs, "AiManager*.dll").Concat(Directory.EnumerateFiles(programs, "AiManager*.deps.json")).Order(StringComparer.Ordinal))
        {
            Add(hash, file);
        }

        foreach (var shelf in (string[])[Path.Combine(repository, suite.Company), Path.Combine(repository, "evals", "overlays")])
        {
            foreach (var file in Directory.Exists(shelf) ? Directory.GetFiles(shelf, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray() : [])
            {
                Add(hash, file);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>A name and a length before the bytes: what one file loses at its end may not look like another's beginning.</summary>
    private static void Add(IncrementalHash hash, string file)
    {
        var bytes = File.ReadAllBytes(file);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)} {bytes.Length}\n")));
        hash.AppendData(bytes);
    }
}
