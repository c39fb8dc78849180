using System.Diagnostics;
using System.Security.Cryptography;

namespace AiManager.Contracts;

/// <summary>MCP servers and OpenAPI documents as their authors publish them on npm, in the versions of <c>tests/Fixtures/npm</c>; fetched once on a machine.</summary>
public static class NpmServers
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly Lazy<(string? Folder, string? Missing)> Installed = new(Install);

    /// <summary>Why they cannot be had here; null when they can.</summary>
    public static string? Missing => Installed.Value.Missing;

    /// <summary>The file that node runs for a server, such as <c>filesystem</c>.</summary>
    public static string Of(string name) => Path.Combine(Modules, "@modelcontextprotocol", "server-" + name, "dist", "index.js");

    /// <summary>A document that describes GitHub's service, such as <c>api.github.com</c>.</summary>
    public static string GitHubDocument(string name) => Path.Combine(Modules, "@octokit", "openapi", "generated", name + ".json");

    private static string Modules => Path.Combine(Installed.Value.Folder ?? throw new InvalidOperationException(Missing), "node_modules");

    /// <summary>A file of a package, such as <c>axe-core</c>, <c>axe.min.js</c>.</summary>
    public static string File(string package, string file) => Path.Combine(Modules, package, file);

    /// <summary>Runs a script of <c>tests/Fixtures/npm/clients</c> to its end, with what was fetched at hand; what it printed. Throws with what it complained of.</summary>
    public static async Task<string> RunAsync(string client, params string[] arguments)
    {
        using var node = Start(client, arguments);
        var (errors, output) = (node.StandardError.ReadToEndAsync(), node.StandardOutput.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        await node.WaitForExitAsync(patience.Token);
        return node.ExitCode == 0 ? await output : throw new InvalidOperationException(await errors);
    }

    /// <summary>Starts such a script and leaves it running; it should end when its input does.</summary>
    public static Process Start(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Source(), "clients", script + ".cjs"), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["NODE_PATH"] = Modules;
        return Process.Start(start)!;
    }

    private static (string? Folder, string? Missing) Install()
    {
        var source = Source();
        var lockFile = System.IO.File.ReadAllBytes(Path.Combine(source, "package-lock.json"));
        var folder = Path.Combine(Path.GetTempPath(), "aimanager-npm-" + Convert.ToHexStringLower(SHA256.HashData(lockFile))[..16]);
        if (Directory.Exists(folder))
        {
            return (folder, null);
        }

        var building = $"{folder}.{Environment.ProcessId}";
        Directory.CreateDirectory(building);
        foreach (var file in new[] { "package.json", "package-lock.json" })
        {
            System.IO.File.Copy(Path.Combine(source, file), Path.Combine(building, file), overwrite: true);
        }

        if (Run(building) is { } problem)
        {
            Directory.Delete(building, recursive: true);
            return (null, problem);
        }

        try
        {
            Directory.Move(building, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another test process was faster.
            Directory.Delete(building, recursive: true);
        }

        return (folder, null);
    }

    private static string? Run(string folder)
    {
        try
        {
            var start = new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
            using var npm = Process.Start(start)!;
            var (errors, output) = (npm.StandardError.ReadToEndAsync(), npm.StandardOutput.ReadToEndAsync());
            if (!npm.WaitForExit(Patience))
            {
                npm.Kill(entireProcessTree: true);
                return $"npm did not fetch the MCP servers within {Patience.TotalMinutes:0} minutes.";
            }

            return npm.ExitCode == 0 ? null : $"npm could not fetch the MCP servers: {errors.Result.Split('\n')[0]}{(output.Result.Length > 0 ? string.Empty : " (nothing was said)")}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "There is no npm here, so the MCP servers cannot be fetched.";
        }
    }

    private static string Source()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "AiManager.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No AiManager.sln above the tests.");
        }

        return Path.Combine(folder.FullName, "tests", "Fixtures", "npm");
    }
}
