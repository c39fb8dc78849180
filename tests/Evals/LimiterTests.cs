using System.Text;
using AiManager.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiManager.Evals.Tests;

/// <summary>What may be asked of a real model, kept by all workers together.</summary>
public sealed class LimiterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task No_more_questions_go_out_in_a_minute_than_are_allowed_and_the_next_as_soon_as_it_may()
    {
        using var limiter = new ModelLimiter(new ModelLimits(2, null, null), _time);
        (await limiter.EnterAsync(1, CancellationToken.None)).Dispose();
        (await limiter.EnterAsync(1, CancellationToken.None)).Dispose();
        var third = limiter.EnterAsync(1, CancellationToken.None);
        var fourth = limiter.EnterAsync(1, CancellationToken.None);
        Assert.False(third.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(third.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2)); // two a minute: one each 30 s
        (await third).Dispose();
        Assert.False(fourth.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(30));
        (await fourth).Dispose();
    }

    [Fact]
    public async Task What_a_question_took_beyond_its_estimate_is_owed_by_the_next()
    {
        using var limiter = new ModelLimiter(new ModelLimits(null, 600, null), _time);
        using (var first = await limiter.EnterAsync(100, CancellationToken.None))
        {
            first.Used = 900;
        }

        var next = limiter.EnterAsync(100, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(39)); // 300 owed and 100 wanted, at ten a second
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        (await next).Dispose();
    }

    [Fact]
    public async Task A_question_larger_than_a_minutes_worth_waits_for_a_full_minute_and_not_for_ever()
    {
        using var limiter = new ModelLimiter(new ModelLimits(null, 60, null), _time);
        (await limiter.EnterAsync(10, CancellationToken.None)).Dispose();
        var large = limiter.EnterAsync(1_000, CancellationToken.None);
        Assert.False(large.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(11));
        (await large).Dispose();
    }

    [Fact]
    public async Task So_many_at_once_and_whoever_gives_up_takes_nothing_along()
    {
        using var limiter = new ModelLimiter(new ModelLimits(null, null, 1), _time);
        var first = await limiter.EnterAsync(1, CancellationToken.None);
        using var impatient = new CancellationTokenSource();
        var second = limiter.EnterAsync(1, impatient.Token);
        var third = limiter.EnterAsync(1, CancellationToken.None);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task All_workers_ask_through_one_endpoint_which_passes_everything_on_and_counts_what_it_took()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var model = builder.Build();
        model.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var asked = await reader.ReadToEndAsync();
            http.Response.StatusCode = asked == "busy" ? 429 : 200;
            http.Response.Headers.RetryAfter = asked == "busy" ? "3" : default;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsJsonAsync(new { path = http.Request.Path.Value, key = http.Request.Headers.Authorization.ToString(), usage = new { total_tokens = 600 } });
        });
        await model.StartAsync();
        await using var endpoint = await LimitedEndpoint.StartAsync(new ModelChoice(model.Urls.First() + "/v1/", "m"), new ModelLimits(null, 600, null), _time, CancellationToken.None);
        Assert.Equal("m", endpoint.Model.Name);
        using var worker = new HttpClient();
        worker.DefaultRequestHeaders.Authorization = new("Bearer", "k");
        var url = new Uri(endpoint.Model.Url + "/chat/completions");

        using var answer = await worker.PostAsync(url, new StringContent("busy", Encoding.UTF8, "application/json"));
        Assert.Equal((429, TimeSpan.FromSeconds(3)), ((int)answer.StatusCode, answer.Headers.RetryAfter!.Delta!.Value));
        Assert.Contains("\"path\":\"/v1/chat/completions\",\"key\":\"Bearer k\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var next = worker.PostAsync(url, new StringContent("more", Encoding.UTF8, "application/json"));
        while (!_time.IsAwaited) // a minute's worth is used up
        {
            await Task.Yield();
        }

        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(1.1));
        using var late = await next;
        Assert.True(late.IsSuccessStatusCode);
    }
}
