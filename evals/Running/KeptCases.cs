using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>Finished cases of a run that was stopped. One is found again only for the same suite, company, program and model.</summary>
/// <param name="folder">Where they are; null keeps nothing.</param>
/// <param name="repository">Where suites and companies are.</param>
/// <param name="model">What they were measured with.</param>
internal sealed class KeptCases(string? folder, string repository, string model)
{
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>What an earlier run kept; null for nothing.</summary>
    public CaseResult? Find(EvalSuite suite, EvalCase one) =>
        folder is not null && File.Exists(FileOf(suite, one)) ? JsonSerializer.Deserialize<CaseResult>(File.ReadAllText(FileOf(suite, one)), RunResults.Json) : null;

    /// <summary>Keeps it, all or nothing: a run may be stopped at any time.</summary>
    public async Task KeepAsync(EvalSuite suite, EvalCase one, CaseResult result, CancellationToken cancellationToken)
    {
        if (folder is null)
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
        hash.AppendData(File.ReadAllBytes(Suites.PathOf(repository, suite.Name)));
        hash.AppendData(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "AiManager.Host.dll")));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(repository, suite.Company), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file[repository.Length..]));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
