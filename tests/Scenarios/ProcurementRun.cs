using System.Text.Json;
using System.Text.RegularExpressions;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>A company folder and a data folder of a test's own, both gone afterwards, and what a run left in them.</summary>
internal sealed partial class ProcurementRun : IStoreRun, IDisposable
{
    /// <summary>The goal as the playbook words it.</summary>
    public const string Goal = "Restock everything below its reorder point.";

    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-").FullName;

    /// <summary>The sample as it is shipped, or with another world or other scripts in it.</summary>
    /// <param name="worldSql">Takes the place of <c>world.sql</c>; null to keep the shipped one.</param>
    /// <param name="scripts">A folder whose files are laid over <c>scripts/</c>; null to keep the shipped ones.</param>
    /// <param name="data">The data folder; null for one that is gone afterwards.</param>
    /// <param name="sample">The folder that is copied; null for the sample of this repository.</param>
    public ProcurementRun(string? worldSql = null, string? scripts = null, string? data = null, string? sample = null)
    {
        Data = data ?? Path.Combine(_folder, "data");
        Copy(sample ?? RepositoryFiles.Sample("procurement"), Company);
        var monitors = Path.Combine(Company, "monitors.yaml");
        File.WriteAllText(monitors, SampleHours.Away(File.ReadAllText(monitors)));
        if (worldSql is not null)
        {
            File.WriteAllText(Path.Combine(Company, "world.sql"), worldSql);
        }

        if (scripts is not null)
        {
            Copy(scripts, Path.Combine(Company, "scripts"));
        }
    }

    /// <summary>The company's folder, named as the sample is: the world is named after it.</summary>
    public string Company => Path.Combine(_folder, "procurement");

    /// <summary>The data folder.</summary>
    public string Data { get; }

    /// <summary>The journal's file.</summary>
    public string Journal => Path.Combine(Data, "aimanager.db");

    /// <inheritdoc/>
    public WorldDatabase World() => WorldDatabase.Open(Path.Combine(Data, "worlds", "procurement.db"));

    /// <inheritdoc/>
    public async Task EditAsync(string file, string? find, string replace)
    {
        var path = Path.Combine(Company, file);
        var text = File.Exists(path) ? (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n") : string.Empty;
        var at = find is null ? text.Length : text.IndexOf(find, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The sample's {file} has no '{find}'.");
        await File.WriteAllTextAsync(path, text[..at] + replace + text[(at + (find?.Length ?? 0))..]);
    }

    /// <inheritdoc/>
    public Task<HostResult> SubmitAsync(string goal, IReadOnlyDictionary<string, string>? environment = null) => VerbAsync(["submit", goal, "--json"], environment);

    /// <inheritdoc/>
    public Task<HostResult> SubmitApprovedAsync(string goal, IReadOnlyDictionary<string, string>? environment = null) =>
        VerbAsync(["submit", goal, "--json", "--auto-approve", "procurement-lead", "--auto-approve", "cfo"], environment);

    /// <inheritdoc/>
    public Task<HostResult> ResumeApprovedAsync() => VerbAsync(["resume", "--json", "--auto-approve", "procurement-lead", "--auto-approve", "cfo"]);

    /// <inheritdoc/>
    public Task<HostResult> CrashAsync(string goal, string point, int passing) => SubmitApprovedAsync(goal, CrashAt(point, passing));

    /// <inheritdoc/>
    public async Task<string> KeyAsync(string person)
    {
        var made = await VerbAsync(["keys", "create", "--person", person]);
        Assert.True(made.ExitCode == 0, made.ToString());
        return Key().Match(made.Output).Value;
    }

    /// <inheritdoc/>
    public Task<ServedHost> ServeAsync(IReadOnlyDictionary<string, string>? environment = null) =>
        ServedHost.StartAsync(["serve", "--company", Company, "--data", Data], "/health/ready", environment);

    /// <inheritdoc/>
    public Task<HostResult> VerbAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        HostProcess.RunAsync([.. arguments, "--company", Company, "--data", Data], environment);

    /// <summary>What tells a process to kill itself at a point.</summary>
    public static Dictionary<string, string> CrashAt(string point, int passing) => new() { ["AIMANAGER_TEST_HOOKS"] = "1", ["AIMANAGER_CRASH_AT"] = $"{point}:{passing}" };

    /// <summary>Positions that the report names, line by line.</summary>
    public static IEnumerable<(string Text, string Kind, long[] Events)> Report(JsonElement workflow) =>
        workflow.GetProperty("report").GetProperty("lines").EnumerateArray().Select(line => (
            line.GetProperty("text").GetString()!,
            line.GetProperty("kind").GetString()!,
            line.GetProperty("events").EnumerateArray().Select(e => e.GetInt64()).ToArray()));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    [GeneratedRegex("aim_[0-9a-f]{12}_[0-9a-f]{64}")]
    private static partial Regex Key();

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
