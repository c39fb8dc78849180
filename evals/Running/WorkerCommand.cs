using System.Text.Json;
using AiManager.Host;

namespace AiManager.Evals;

/// <summary>
/// <c>worker</c>: the program's own command line, one verb after the other, as the lines that come in say. What a verb throws and the program does not expect ends
/// this process, as it ends the program's.
/// </summary>
internal static class WorkerCommand
{
    public const string Verb = "worker";

    /// <summary>Works until nothing comes in any more.</summary>
    /// <param name="jobs">A <see cref="WorkerJob"/> a line.</param>
    /// <param name="runs">A <see cref="ProgramRun"/> a line; nobody else may write there.</param>
    public static async Task<int> RunAsync(TextReader jobs, TextWriter runs)
    {
        Console.SetOut(Console.Error);
        while (await jobs.ReadLineAsync() is { } line)
        {
            var job = JsonSerializer.Deserialize<WorkerJob>(line) ?? throw new JsonException("A worker was told nothing.");
            using var output = new StringWriter();
            using var errors = new StringWriter();
            Set(job.Settings, isOn: true);
            var exit = await Verbs.RunAsync(job.Arguments, new Terminal(output, errors, Live: null, Questions: null));
            Set(job.Settings, isOn: false);
            await runs.WriteLineAsync(JsonSerializer.Serialize(new ProgramRun(exit, output.ToString(), errors.ToString())));
            await runs.FlushAsync();
        }

        return 0;
    }

    /// <summary>The program reads its environment when a verb begins: what one was told must be gone before the next.</summary>
    private static void Set(IReadOnlyDictionary<string, string> settings, bool isOn)
    {
        foreach (var (name, value) in settings)
        {
            Environment.SetEnvironmentVariable(name, isOn ? value : null);
        }
    }
}
