using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AiManager.Bench;

/// <summary>
/// How long pages and lists take with a great deal in the store: the whole program serves it, and a client on the same machine asks for one after the other. By the
/// client's clock, so that the server took no longer; where others use the machine, the host's CPU says more.
/// </summary>
internal static class PagesBenchmark
{
    private static readonly string[] Paths =
    [
        "/", "/inbox", "/workflows", "/workflows?status=running", "/workflows?q=reorder", "/workflows?q=nothing-like-it", "/workflows/{waiting}", "/workflows/{done}",
        "/workflows/{done}/timeline", "/workflows/{done}/timeline?zoom=all", "/workflows/{done}/timeline?zoom=raw", "/jobs", "/jobs?status=running", "/jobs?status=failed", "/jobs?status=lost", "/jobs?q=needle",
        "/jobs?q=nothing-like-it", "/people", "/tools", "/monitors", "/authority", "/authority/draft", "/audit", "/audit?tool=erp.create_purchase_order", "/audit?rule=nothing-like-it", "/audit?person=petra",
        "/audit?agent=analyst&verdict=ask", "/audit?kind=keys", "/audit?from=2020-01-01&to=2020-01-02", "/api/authority/decisions?person=nobody", "/knowledge", "/insights",
        "/api/workflows", "/api/workflows?limit=200", "/api/workflows?q=nothing-like-it", "/api/workflows/{waiting}", "/api/workflows/{done}", "/api/workflows/{done}/events", "/api/workflows/{waiting}/related",
        "/api/approvals", "/api/approvals?status=pending", "/api/approvals?mine=true", "/api/escalations", "/api/escalations?status=open", "/api/tasks", "/api/tasks?mine=true", "/api/jobs",
        "/api/insights", "/api/tools", "/api/nodes", "/api/monitors", "/api/changes", "/api/suspensions", "/api/company", "/api/memory?q=restock", "/api/memory/stats", "/metrics",
    ];

    /// <summary>In this order whoever may is asked for: who approves, who reads the record, who asked.</summary>
    private static readonly string[] People = ["petra", "lukas", "jana"];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Options(args);
        using var server = BenchedServer.IfWanted(options);
        var store = await FilledStore.OpenAsync(options, server);
        var keys = await store.KeysAsync(People);
        using var host = await store.ServeAsync();

        // Nobody looks in the very moment in which it listens: whoever started it reads the line that says where.
        await Task.Delay(TimeSpan.FromSeconds(options.Count("--after", 5)), TimeProvider.System);
        var waiting = await FirstAsync(host, keys[0], "running");
        var done = await FirstAsync(host, keys[0], "completed");
        var times = options.Count("--times", 100);
        Console.WriteLine("| page or list | first, ms | median | p99 | host's CPU, ms each | KiB |");
        Console.WriteLine("|--|--:|--:|--:|--:|--:|");
        var only = options.Text("--only");
        foreach (var path in Paths.Where(p => only is null || p.Contains(only, StringComparison.Ordinal)))
        {
            Console.WriteLine(await MeasureAsync(host, keys, path, path.Replace("{waiting}", waiting, StringComparison.Ordinal).Replace("{done}", done, StringComparison.Ordinal), times));
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The host: {host.WorkingSet() / 1048576.0:N0} MiB, {host.Cpu().TotalSeconds:N1} s of CPU altogether"));
        return 0;
    }

    private static async Task<string> MeasureAsync(BenchedHost host, List<string> keys, string name, string path, int times)
    {
        var (key, first, bytes) = (string.Empty, 0.0, 0);
        foreach (var candidate in keys)
        {
            var (status, took, size) = await AskAsync(host, candidate, path);
            if (status == 200)
            {
                (key, first, bytes) = (candidate, took, size);
                break;
            }

            if (status != 403)
            {
                return $"| `{name}` | status {status} | | | | |";
            }
        }

        if (key.Length == 0)
        {
            return $"| `{name}` | nobody may | | | | |";
        }

        var (taken, before) = (new double[times], host.Cpu());
        for (var i = 0; i < times; i++)
        {
            taken[i] = (await AskAsync(host, key, path)).Milliseconds;
        }

        var cpu = (host.Cpu() - before).TotalMilliseconds / times;
        Array.Sort(taken);
        return string.Create(CultureInfo.InvariantCulture, $"| `{name}` | {first:N1} | {taken[times / 2]:N1} | {taken[((times * 99) + 99) / 100 - 1]:N1} | {cpu:N1} | {bytes / 1024.0:N0} |");
    }

    private static async Task<(int Status, double Milliseconds, int Bytes)> AskAsync(BenchedHost host, string key, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", key);
        var watch = Stopwatch.StartNew();
        using var reply = await host.Client.SendAsync(request);
        var bytes = await reply.Content.ReadAsByteArrayAsync();
        return ((int)reply.StatusCode, watch.Elapsed.TotalMilliseconds, bytes.Length);
    }

    private static async Task<string> FirstAsync(BenchedHost host, string key, string status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/workflows?limit=1&status={status}");
        request.Headers.Authorization = new("Bearer", key);
        using var reply = await host.Client.SendAsync(request);
        using var page = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
        return page.RootElement.GetProperty("items")[0].GetProperty("id").GetString()!;
    }
}
