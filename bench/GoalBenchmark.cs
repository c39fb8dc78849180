using System.Diagnostics;
using AiManager.Domain;
using AiManager.Host;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Bench;

/// <summary>
/// What the manager itself costs: whole goals with a model that answers at once (the scripted model in process). After a first run has ordered everything, each
/// goal plans, reads stock and quotes through the gate, is reviewed and proved, and finds nothing to do: about 13 questions, 8 tool calls and 60 events.
/// </summary>
internal static class GoalBenchmark
{
    private static readonly string[] Approvers = ["petra", "helena"];

    private const string Goal = "Restock everything below its reorder point.";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var goals = new Options(arguments).Count("--goals", 200);
        var folder = Directory.CreateTempSubdirectory("aimanager-bench-").FullName;
        try
        {
            var company = LoadedCompany.Load(CopyCompany(folder), Path.Combine(folder, "data"), Environment.GetEnvironmentVariable);
            await using var deployment = await Deployment.OpenAsync(company, await HoldAsync(Path.Combine(folder, "data")), CancellationToken.None);
            await OrderEverythingAsync(deployment);
            await RunAsync(deployment, 40);

            Console.WriteLine($"{"concurrent",10} {"goals/s",9} {"p50 ms",8} {"p99 ms",8} {"CPU ms",8} {"KiB",8} {"events",8}   (per goal; {goals} goals, one process, SQLite synchronous=FULL)");
            foreach (var concurrent in new[] { 1, 8, 32 })
            {
                await MeasureAsync(deployment, goals, concurrent);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<DataFolder> HoldAsync(string path) =>
        await DataFolder.TakeAsync(path, TimeProvider.System, CancellationToken.None) is DataFolderResult.Taken taken
            ? taken.Folder
            : throw new InvalidOperationException("The data folder is in use.");

    private static async Task MeasureAsync(Deployment deployment, int goals, int concurrent)
    {
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var cpu = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        var times = new List<double>();
        var left = goals;
        await Task.WhenAll(Enumerable.Range(0, concurrent).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var one = Stopwatch.GetTimestamp();
                await RunAsync(deployment, 1);
                lock (times)
                {
                    times.Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
                }
            }
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        times.Sort();
        var id = await SubmitAsync(deployment);
        await deployment.Get<WorkflowLoop>().RunUntilIdleAsync(id, CancellationToken.None);
        var events = (await deployment.Get<WorkflowDesk>().FindAsync(id, CancellationToken.None))!.Events.Length;
        Console.WriteLine(
            $"{concurrent,10} {goals / seconds,9:F1} {times[times.Count / 2],8:F1} {times[times.Count * 99 / 100],8:F1} " +
            $"{(process.TotalProcessorTime - cpu).TotalMilliseconds / goals,8:F1} {(GC.GetTotalAllocatedBytes() - allocated) / 1024.0 / goals,8:F0} {events,8}");
    }

    private static async Task RunAsync(Deployment deployment, int goals)
    {
        for (var i = 0; i < goals; i++)
        {
            await deployment.Get<WorkflowLoop>().RunUntilIdleAsync(await SubmitAsync(deployment), CancellationToken.None);
        }
    }

    private static async Task<WorkflowId> SubmitAsync(Deployment deployment) =>
        await deployment.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest(Goal, "jana", deployment.Company.Bundle.Hash), CancellationToken.None) is SubmitResult.Created created
            ? created.Workflow
            : throw new InvalidOperationException("The goal was not taken.");

    private static async Task OrderEverythingAsync(Deployment deployment)
    {
        var id = await SubmitAsync(deployment);
        await deployment.Get<WorkflowLoop>().RunUntilIdleAsync(id, CancellationToken.None);
        var desk = deployment.Get<ApprovalDesk>();
        foreach (var approval in (await desk.ListAsync(new InboxQuery("pending", id), null, CancellationToken.None)).Items)
        {
            foreach (var person in Approvers.Take(approval.Seats.Length))
            {
                await desk.DecideAsync(approval.Approval, person, new ApprovalAnswer.Approve(), "bench", CancellationToken.None);
            }
        }

        await deployment.Get<WorkflowLoop>().RunUntilIdleAsync(id, CancellationToken.None);
    }

    /// <summary>The sample, with goals that may run side by side and no budget that a benchmark would use up.</summary>
    private static string CopyCompany(string folder)
    {
        var company = Path.Combine(folder, "procurement");
        SampleCompany.Copy(company, text => text.Replace("singleton: restock\n", string.Empty, StringComparison.Ordinal));
        return company;
    }
}
