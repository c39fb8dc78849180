using System.Diagnostics.Metrics;
using System.Net;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AiManager.Host.Tests;

/// <summary>Instruments belong to the process: these tests let no other deployment of it count beside them.</summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
public sealed class MetricsTestsAlone;

[Collection(nameof(MetricsTests))]
public sealed class MetricsTests
{
    [Fact]
    public void What_is_hostile_in_a_name_or_a_value_is_escaped_and_read_back_as_it_was()
    {
        const string Hostile = "a \"quoted\"\nnew line \\ back } slash, le=\"1\"";
        using var meter = new Meter("Hostile.Names");
        using var reader = new PrometheusReader();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter("Hostile.Names").AddReader(reader.Reader).Build();
        meter.CreateCounter<long>("odd.name-of.it", "{thing}", "Help with \\ and\na line").Add(3, new KeyValuePair<string, object?>("odd key", Hostile), new("empty", null));
        var text = Exposition.Read(reader.Collect());
        Assert.Equal(3, text.Value("odd_name_of_it_total", ("odd_key", Hostile), ("empty", "")));
        Assert.Equal("counter", text.TypeOf("odd_name_of_it_total"));
        Assert.Equal("Help with \\ and\na line", text.HelpOf("odd_name_of_it_total"));
    }

    [Fact]
    public void A_histogram_says_how_many_were_at_most_each_bound_and_counts_on_between_scrapes()
    {
        using var meter = new Meter("Some.Times");
        using var reader = new PrometheusReader();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter("Some.Times").AddReader(reader.Reader).Build();
        var times = meter.CreateHistogram("took", "s", "Times", tags: null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 2] });
        times.Record(0.25);
        times.Record(1);
        Exposition.Read(reader.Collect());
        times.Record(7.5);
        var text = Exposition.Read(reader.Collect());
        Assert.Equal("histogram", text.TypeOf("took_seconds"));
        Assert.Equal(1, text.Value("took_seconds_bucket", ("le", "0.5")));
        Assert.Equal(2, text.Value("took_seconds_bucket", ("le", "2")));
        Assert.Equal(3, text.Value("took_seconds_bucket", ("le", "+Inf")));
        Assert.Equal(8.75, text.Value("took_seconds_sum"));
    }

    [Fact]
    public async Task Figures_are_for_a_key_that_may_read_them_and_such_a_key_may_nothing_else()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var stranger = api.Stranger();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/metrics")).StatusCode);
        using var reader = await api.AsAsync("jana", "read");
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync("/metrics")).StatusCode);
        using var scraper = await api.AsAsync("jana", "metrics");
        using var reply = await scraper.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Content.Headers.ContentType!.ToString());
        Assert.Equal(HttpStatusCode.Forbidden, (await scraper.GetAsync("/api/workflows")).StatusCode);
    }

    [Fact]
    public async Task What_lies_in_the_store_is_counted_by_status_and_kind()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.SubmittedAsync();
        await api.AskedAsync(await api.SubmittedAsync());
        using var scraper = await api.AsAsync("jana", "metrics");
        using var first = await scraper.GetAsync("/api/workflows"); // a request to be counted
        var text = Exposition.Read(await scraper.GetStringAsync("/metrics"));
        Assert.Equal(1, text.Value("aimanager_store_up"));
        Assert.Equal(2, text.Samples.Where(s => s.Name == "aimanager_workflows").Sum(s => s.Value));
        Assert.Equal(7, text.Samples.Count(s => s.Name == "aimanager_workflows"));
        Assert.Equal(1, text.Value("aimanager_approvals_pending"));
        Assert.Equal(0, text.Value("aimanager_escalations_open"));
        Assert.Equal(2, text.Value("aimanager_queue_runnable"));
        Assert.Equal(0, text.Value("aimanager_queue_leased"));
        Assert.Equal(0, text.Value("aimanager_due_lag_seconds"));
        Assert.Equal("histogram", text.TypeOf("aimanager_journal_commit_duration_seconds"));
        Assert.Equal(0, text.Value("aimanager_journal_failed_writes_total")); // there before the first, for whoever has an alarm on it
        Assert.Contains(text.Samples, s => s.Name == "http_server_request_duration_seconds_count" && s.Labels.GetValueOrDefault("http_route")?.TrimEnd('/') == "/api/workflows");
    }

    [Fact]
    public async Task A_store_that_is_away_is_a_figure_and_no_old_number_stands_in_for_it()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.SubmittedAsync();
        using var scraper = await api.AsAsync("jana", "metrics");
        await api.CloseStoreAsync();
        var text = Exposition.Read(await scraper.GetStringAsync("/metrics"));
        Assert.Equal(0, text.Value("aimanager_store_up"));
        Assert.DoesNotContain(text.Samples, s => s.Name.StartsWith("aimanager_workflows", StringComparison.Ordinal) || s.Name.StartsWith("aimanager_queue", StringComparison.Ordinal));
    }
}
