using System.Text.Json;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// The procurement company on a store of a test's own, whichever store that is. On a shared one people agree over HTTP, each with their own key, at a host
/// beside the terminal; on the embedded one they are stood in for at the terminal.
/// </summary>
internal interface IStoreRun : IAsyncDisposable
{
    /// <summary>The company's folder.</summary>
    string Company { get; }

    /// <summary>Opens the world that a run worked on.</summary>
    WorldDatabase World();

    /// <summary>Runs any verb on this company and store.</summary>
    Task<HostResult> VerbAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null);

    /// <summary>Changes one of the company's files.</summary>
    /// <param name="file">Within the company's folder; a new one when it is not there.</param>
    /// <param name="find">Must be there, and its first occurrence is replaced; null to put the text at the end.</param>
    /// <param name="replace">What takes its place.</param>
    Task EditAsync(string file, string? find, string replace);

    /// <summary>Submits a goal at the terminal.</summary>
    Task<HostResult> SubmitAsync(string goal, IReadOnlyDictionary<string, string>? environment = null);

    /// <summary>Submits with everybody who is asked agreeing.</summary>
    Task<HostResult> SubmitApprovedAsync(string goal, IReadOnlyDictionary<string, string>? environment = null);

    /// <summary>Resumes with everybody who is asked agreeing.</summary>
    Task<HostResult> ResumeApprovedAsync();

    /// <summary>Submits with everybody who is asked agreeing, and kills whichever process passes a point.</summary>
    /// <returns>Of the process that was killed; of the last one when none was.</returns>
    Task<HostResult> CrashAsync(string goal, string point, int passing);

    /// <summary>A person's key. Made before a server runs.</summary>
    Task<string> KeyAsync(string person);

    /// <summary>Starts a host that runs what lies in the company's folder.</summary>
    Task<ServedHost> ServeAsync(IReadOnlyDictionary<string, string>? environment = null);

    /// <summary>The events of one workflow, as they are exported.</summary>
    async Task<IReadOnlyList<JsonElement>> EventsAsync(string workflow)
    {
        var exported = await VerbAsync(["journal", "export", "--workflow", workflow]);
        Assert.True(exported.ExitCode == 0, exported.ToString());
        return [.. exported.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }
}
