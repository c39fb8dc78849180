using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>Jobs, monitors and the timeline tell what happens while somebody looks, as the workflow's page does; without the script they are pages like any other.</summary>
public sealed class LivePlacesTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() =>
        _api = await ApiUnderTest.StartAsync(files: ("monitors.yaml", "monitors:\n  - { name: hourly, schedule: { every: 1h }, submit: { goal: Look around. } }\n"));

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task An_attempt_appears_among_the_jobs_though_no_event_tells_of_it()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains("data-live=\"/jobs/live\"", await jana.PageAsync("/jobs"), StringComparison.Ordinal);
        Assert.DoesNotContain("data-live", await jana.PageAsync("/jobs?status=failed"), StringComparison.Ordinal);
        using var live = await OpenAsync(jana, "/jobs/live");
        await UntilAsync(live, "Nothing ran yet");
        await _api.Get<IJobRuns>().BeginAsync(
            new JobRun("run1", "upkeep/archive", "schedule", "host-1", null, new DateTimeOffset(2026, 11, 27, 8, 0, 0, TimeSpan.Zero), null, null, string.Empty, null, 1), CancellationToken.None);
        await UntilAsync(live, "upkeep/archive");
    }

    [Fact]
    public async Task What_becomes_of_a_monitor_appears_on_its_card()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        var page = await jana.PageAsync("/monitors");
        Assert.Contains("data-live=\"/monitors/live\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"m-hourly\"", page, StringComparison.Ordinal);
        using var live = await OpenAsync(jana, "/monitors/live");
        await UntilAsync(live, "id=\"m-hourly\"");
        await jana.SendAsync("/monitors", "/inbox/monitors/hourly", ("do", "pause"), ("reason", "Stocktaking."));
        await UntilAsync(live, "Stocktaking.");
    }

    [Theory]
    [InlineData("compact")]
    [InlineData("all")]
    [InlineData("raw")]
    public async Task What_happens_appears_at_the_timelines_end_at_every_zoom(string zoom)
    {
        var workflow = await _api.SubmittedAsync();
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains($"data-live=\"/workflows/{workflow}/timeline/{zoom}/live\"", await jana.PageAsync($"/workflows/{workflow}/timeline?zoom={zoom}"), StringComparison.Ordinal);
        Assert.DoesNotContain("data-live", await jana.PageAsync($"/workflows/{workflow}/timeline?zoom={zoom}&after=1"), StringComparison.Ordinal);

        // Whoever changes the zoom at the end stays there, and goes on seeing what comes.
        var tab = System.Text.RegularExpressions.Regex.Match(await jana.PageAsync($"/workflows/{workflow}/timeline"), $"href=\"(/workflows/[^\"]+zoom={zoom})\"").Groups[1].Value;
        Assert.Contains($"data-live=\"/workflows/{workflow}/timeline/{zoom}/live\"", await jana.PageAsync(tab), StringComparison.Ordinal);
        using var live = await OpenAsync(jana, $"/workflows/{workflow}/timeline/{zoom}/live");
        await UntilAsync(live, "id=\"story\"");
        await _api.AppendAsync(workflow, new MessagePosted(new PrivateText("jana", "Red ones, please.")));
        await UntilAsync(live, "Red ones, please.");
    }

    [Fact]
    public async Task The_timeline_of_a_workflow_that_is_over_keeps_no_stream_open()
    {
        var workflow = await _api.SubmittedAsync();
        await _api.Get<WorkflowDesk>().CancelAsync(workflow, "Enough.", "jana", CancellationToken.None);
        using var jana = await Visitor.OfAsync(_api, "jana");
        foreach (var zoom in TimelinePage.Zooms)
        {
            Assert.DoesNotContain("data-live", await jana.PageAsync($"/workflows/{workflow}/timeline?zoom={zoom}"), StringComparison.Ordinal);
        }
    }

    private static async Task<StreamReader> OpenAsync(Visitor visitor, string path)
    {
        var reply = await visitor.Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.True(reply.IsSuccessStatusCode, $"{path}: {reply.StatusCode}");
        return new StreamReader(await reply.Content.ReadAsStreamAsync());
    }

    private static async Task UntilAsync(StreamReader stream, string words)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await stream.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException()).Contains(words, StringComparison.Ordinal))
        {
        }
    }
}
