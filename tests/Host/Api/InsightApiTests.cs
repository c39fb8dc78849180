using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AiManager.Host.Tests;

/// <summary>How work goes, over HTTP and on its page.</summary>
public sealed class InsightApiTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task What_is_submitted_and_decided_is_counted_and_what_is_over_is_read_once()
    {
        using var petra = await _api.AsAsync("petra");
        Assert.Equal(0, (await InsightsAsync(petra)).GetProperty("workflows").GetInt32());

        var workflow = await _api.SubmittedAsync();
        var path = $"/api/approvals/{await _api.AskedAsync(workflow)}";
        Assert.Equal((1, 0), Counted(await InsightsAsync(petra)));
        using var no = await petra.PostTextAsync(path, """{"decision":"reject"}""");
        Assert.Equal(HttpStatusCode.OK, no.StatusCode);
        using var jana = await _api.AsAsync("jana");
        using var cancelled = await jana.PostTextAsync($"/api/workflows/{workflow}/cancel", "{}");
        for (var look = 0; look < 2; look++)
        {
            var insights = await InsightsAsync(petra);
            Assert.Equal((1, 2), Counted(insights)); // the lead said no, and so the cfo need not be waited for any more
            Assert.Equal(1, insights.GetProperty("outcomes").GetProperty("cancelled").GetInt32());
            Assert.Equal(1, insights.GetProperty("approvals").GetProperty("verdicts").GetProperty("rejected").GetInt32());
            Assert.Equal("0.00", insights.GetProperty("cost").GetProperty("money").GetProperty("amount").GetString());
        }

        Assert.Equal(0, (await InsightsAsync(petra, "?to=2001-01-01T00:00:00Z")).GetProperty("workflows").GetInt32());
    }

    [Theory]
    [InlineData("?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "'from'")]
    [InlineData("?from=yesterday", "'from'")]
    public async Task A_wrong_stretch_of_time_is_refused_by_name(string query, string name)
    {
        using var petra = await _api.AsAsync("petra");
        using var reply = await petra.GetAsync(new Uri("/api/insights" + query, UriKind.Relative));
        Assert.Contains(name, await reply.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read", HttpStatusCode.OK)]
    [InlineData("submit", HttpStatusCode.Forbidden)]
    [InlineData("approve", HttpStatusCode.Forbidden)]
    [InlineData("metrics", HttpStatusCode.Forbidden)]
    public async Task A_key_that_may_read_sees_them(string scope, HttpStatusCode status)
    {
        using var client = await _api.AsAsync("jana", scope);
        using var reply = await client.GetAsync(new Uri("/api/insights", UriKind.Relative));
        Assert.Equal(status, reply.StatusCode);
    }

    [Fact]
    public async Task The_page_says_so_when_there_is_nothing_to_count()
    {
        using var petra = await _api.BrowserAsync("petra");
        Assert.Contains("No goal was submitted in this time.", await petra.GetStringAsync(new Uri("/insights?from=2001-01-01&to=2001-01-02", UriKind.Relative)), StringComparison.Ordinal);
        await _api.AskedAsync(await _api.SubmittedAsync());
        var page = await petra.GetStringAsync(new Uri("/insights", UriKind.Relative));
        Assert.Contains("0 completed, 0 failed or cancelled, 1 not over", page, StringComparison.Ordinal);
        Assert.Contains("Nothing was reviewed yet.", page, StringComparison.Ordinal);
    }

    private static (int Approvals, int Waits) Counted(JsonElement insights) => (
        insights.GetProperty("approvals").GetProperty("count").GetInt32(), insights.GetProperty("waiting").EnumerateArray().Sum(w => w.GetProperty("times").GetProperty("count").GetInt32()));

    private static Task<JsonElement> InsightsAsync(HttpClient client, string query = "") => client.GetFromJsonAsync<JsonElement>("/api/insights" + query);
}
