using System.Diagnostics;
using System.Formats.Tar;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// The release before this one, which hosts still run while this one is brought in: its sources are taken out of the repository's own history into a folder
/// beside these tests and built there, once; later runs find it.
/// </summary>
internal static class PreviousProgram
{
    private static readonly string Commit = File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests", "Fixtures", "previous-program.txt")).First(line => !line.StartsWith('#')).Trim();
    private static readonly Lazy<Task<string>> Sources = new(BuildAsync);

    /// <summary>Why it cannot be had; null when it can.</summary>
    public static string? Missing { get; } = WhyMissing();

    /// <summary>The program.</summary>
    public static async Task<string> HostAsync() => Path.Combine(await Sources.Value, "src", "Host", "bin", "Release", "net10.0", "AiManager.Host.dll");

    /// <summary>A sample as that release has it: what is in force while hosts are replaced, and what the release can read.</summary>
    public static async Task<string> SampleAsync(string name) => Path.Combine(await Sources.Value, "samples", name);

    private static string? WhyMissing()
    {
        if (!Path.Exists(Path.Combine(RepositoryFiles.Root, ".git")))
        {
            return $"This copy of the sources has no git history, and the previous program ({Commit}) is taken from there.";
        }

        try
        {
            return RunAsync("git", ["cat-file", "-e", Commit + "^{commit}"], RepositoryFiles.Root).GetAwaiter().GetResult() is { Code: not 0 } answer
                ? $"The git history here does not hold the previous program ({Commit}): {answer.Said.Trim()}"
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"There is no git, and the previous program ({Commit}) is taken from the repository's history.";
        }
    }

    private static async Task<string> BuildAsync()
    {
        var built = Path.Combine(AppContext.BaseDirectory, "previous", Commit);
        if (Directory.Exists(built))
        {
            return built;
        }

        var folder = $"{built}.{Environment.ProcessId}";
        Directory.CreateDirectory(folder);
        var archive = Path.Combine(folder, "sources.tar");
        await DoneAsync("git", ["archive", "--format=tar", "--output", archive, Commit], RepositoryFiles.Root);
        await TarFile.ExtractToDirectoryAsync(archive, folder, overwriteFiles: false);

        // The same SDK as these tests; neither its analyzers of today nor today's advisories may keep a release of yesterday from being built, and nothing may stay running.
        await DoneAsync(
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            [
                "build", Path.Combine(folder, "src", "Host"), "--configuration", "Release", "--nologo", "--verbosity", "quiet", "-nodeReuse:false",
                "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false", "-p:NuGetAudit=false", "-p:UseSharedCompilation=false",
            ],
            folder);
        Directory.Move(folder, built);
        return built;
    }

    private static async Task DoneAsync(string tool, IReadOnlyList<string> arguments, string folder)
    {
        var (code, said) = await RunAsync(tool, arguments, folder);
        Assert.True(code == 0, $"{tool} {string.Join(' ', arguments)} ended with {code}: {said}");
    }

    private static async Task<(int Code, string Said)> RunAsync(string tool, IReadOnlyList<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(tool, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // What the build that these tests came from told its own children is not for this one.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}

/// <summary>A test that needs the <see cref="PreviousProgram"/>; skipped with the reason where it cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PreviousProgramFactAttribute : FactAttribute
{
    public PreviousProgramFactAttribute() => Skip = PreviousProgram.Missing;
}
