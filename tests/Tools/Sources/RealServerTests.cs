using AiManager.Contracts;

namespace AiManager.Tools.Tests;

/// <summary>Servers that others have written, as they are published.</summary>
public sealed class RealServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-files-").FullName;

    [NpmFact]
    public async Task The_filesystem_server_reads_and_writes_inside_its_folder_and_nothing_outside_it()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "in.txt"), "Twelve bolts.");
        await using var place = await Workplace.OpenAsync(Source("filesystem", _folder, """
            { name: read_text_file, effect: observe }
            { name: write_file, effect: write-reversible, idempotent: true }
            { name: list_directory, effect: observe }
            """));
        Assert.All(place.Catalog.Records.Where(r => r.Source == "files"), r => Assert.True(r.Standing is ToolStanding.Classified or ToolStanding.Unclassified, $"{r.Name}: {r.Problem}"));
        Assert.InRange(place.Catalog.Records.Count(r => r.Source == "files"), 10, 30);

        Assert.Contains("Twelve bolts.", (await CallAsync(place, "read_text_file", $$"""{"path":"{{_folder}}/in.txt"}""")).Result.Text, StringComparison.Ordinal);
        Assert.Equal(CallOutcome.Succeeded, (await CallAsync(place, "write_file", $$"""{"path":"{{_folder}}/out.txt","content":"Noted."}""")).Outcome);
        Assert.Equal("Noted.", await File.ReadAllTextAsync(Path.Combine(_folder, "out.txt")));
        var outside = await CallAsync(place, "read_text_file", """{"path":"/etc/hostname"}""");
        Assert.Equal(CallOutcome.Failed, outside.Outcome);
        Assert.Contains("Access denied", outside.Result.Text, StringComparison.Ordinal);
        Assert.Contains("unclassified", Assert.IsType<CallResult.Refused>(await place.CallAsync(place.Call("move_file"))).Reason, StringComparison.Ordinal);
    }

    [NpmFact]
    public async Task The_server_of_everything_is_understood_in_all_that_we_take()
    {
        await using var place = await Workplace.OpenAsync(Source("everything", "stdio", """
            { name: echo, effect: observe }
            { name: get-sum, effect: compute }
            { name: get-tiny-image, effect: observe }
            { name: get-structured-content, effect: observe }
            { name: trigger-long-running-operation, effect: observe }
            { name: get-env, effect: observe }
            """));
        Assert.Contains("hello", (await CallAsync(place, "echo", """{"message":"hello"}""")).Result.Text, StringComparison.Ordinal);
        Assert.Contains("5.5", (await CallAsync(place, "get-sum", """{"a":2,"b":3.5}""")).Result.Text, StringComparison.Ordinal);
        var image = (await CallAsync(place, "get-tiny-image", "{}")).Result.ToElement().GetProperty("files")[0];
        Assert.Equal("image/png", image.GetProperty("mimeType").GetString());
        Assert.Equal(image.GetProperty("bytes").GetInt32(), (await place.Blobs.GetAsync(image.GetProperty("blob").GetString()!, CancellationToken.None))!.Value.Length);
        var weather = (await CallAsync(place, "get-structured-content", """{"location":"Chicago"}""")).Result.ToElement();
        Assert.True(weather.GetProperty("structured").TryGetProperty("temperature", out _), weather.GetRawText());
        Assert.False(weather.TryGetProperty("text", out _), "The same is said twice.");
        Assert.Equal(CallOutcome.Succeeded, (await CallAsync(place, "trigger-long-running-operation", """{"duration":0.5,"steps":3}""")).Outcome);
        await place.Said.UntilAsync("reports progress");
        Assert.DoesNotContain("s3cr3t", (await CallAsync(place, "get-env", "{}")).Result.Text, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Source(string server, string argument, string tools) =>
        $"sources:\n  - name: files\n    kind: mcp\n    command: [node, \"{NpmServers.Of(server)}\", \"{argument}\"]\n    tools: [{tools.Trim().ReplaceLineEndings(", ")}]\n";

    private static async Task<CallResult.Settled> CallAsync(Workplace place, string tool, string args) =>
        Assert.IsType<CallResult.Settled>(await place.CallAsync(place.Call(tool, args)));
}
