using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// Who submits numbers to the hosts of a counting house, answers for letters in doubt as an operator does, and proves in the end that everything that was
/// acknowledged is done, and nothing twice.
/// </summary>
internal sealed class CountingOperator(CountingHouse house, HostFleet hosts, string key)
{
    /// <summary>A letter whose time ran out, or whose host stood still, may still be on its way for a moment; who looks too soon sees nothing yet.</summary>
    private static readonly TimeSpan BeforeLooking = TimeSpan.FromSeconds(6);

    private const int MostAhead = 40;

    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>Questions about letters in doubt that were answered, with how they came about.</summary>
    public List<string> Answered { get; } = [];

    /// <summary>Submits a number, at a host that is up; its workflow.</summary>
    public async Task<string> SubmitAsync(int number)
    {
        using var answer = await hosts.SendAsync(key, number, () => CountingHouse.Submission(number));
        Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        _numbers[id] = number;
        return id;
    }

    /// <summary>Submits the numbers from 1 on, evenly over a time.</summary>
    public async Task SubmitManyAsync(int goals, TimeSpan during)
    {
        using var timer = new PeriodicTimer(during / goals, TimeProvider.System);
        var under = new List<Task>();
        for (var number = 1; number <= goals; number++)
        {
            await timer.WaitForNextTickAsync();
            under.Add(SubmitAsync(number));
        }

        await Task.WhenAll(under);
    }

    /// <summary>
    /// Submits the numbers from 1 on, one at each step of a pace, until it is told to stop; returns when all are acknowledged. On a slow machine it does not run far ahead of what is done.
    /// </summary>
    public async Task SubmitUntilAsync(TimeSpan pace, CancellationToken enough)
    {
        using var timer = new PeriodicTimer(pace, TimeProvider.System);
        var under = new List<Task>();
        while (!enough.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            if (under.Count < house.Sent().Count + MostAhead)
            {
                under.Add(SubmitAsync(under.Count + 1));
            }
        }

        await Task.WhenAll(under);
    }

    /// <summary>Looks, of each letter in doubt, whether it went out, and says so; until no goal is open.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        while (true)
        {
            var settled = TimeProvider.System.GetUtcNow() - BeforeLooking;
            foreach (var open in (await OpenAsync()).Where(q => q.GetProperty("raisedAt").GetDateTimeOffset() < settled))
            {
                Assert.Equal("unknownCall", open.GetProperty("kind").GetString());
                await AnswerAsync(open, house.Sent().ContainsKey(_numbers[open.GetProperty("workflow").GetString()!]) ? "happened" : "again");
            }

            var unfinished = await UnfinishedAsync();
            if (unfinished.Count == 0)
            {
                return;
            }

            Assert.False(
                late.IsCancellationRequested,
                $"{unfinished.Count} goals have not ended, such as {unfinished[0]}\n{string.Join('\n', hosts.Said.TakeLast(40))}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Questions that are open.</summary>
    public async Task<List<JsonElement>> OpenAsync()
    {
        using var answer = await hosts.SendAsync(key, 0, () => new HttpRequestMessage(HttpMethod.Get, "/api/escalations?status=open"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray()];
    }

    /// <summary>Answers one. That it is over already is no fault: its host may have settled it meanwhile.</summary>
    public async Task AnswerAsync(JsonElement question, string choice)
    {
        using var answer = await hosts.SendAsync(key, 0, () => new HttpRequestMessage(HttpMethod.Post, $"/api/escalations/{question.GetProperty("id").GetString()}")
        {
            Content = JsonContent.Create(new { answer = choice }),
        });
        Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict, await answer.Content.ReadAsStringAsync());
        if (answer.IsSuccessStatusCode)
        {
            Answered.Add(question.GetProperty("question").GetString()!.Split(": ", 2)[^1].Split(" Look into")[0] + " " + choice);
        }
    }

    /// <summary>Every acknowledged number is booked three times and its letter sent, each once; who was in doubt was asked about; the journal is sound.</summary>
    public async Task AuditAsync()
    {
        var booked = house.Booked();
        Assert.Equal(_numbers.Count * 3, booked.Count);
        Assert.All(booked, b => Assert.True(b.Value == 1, $"Entry {b.Key} was booked {b.Value} times."));

        var sent = house.Sent();
        Assert.Equal(_numbers.Values.Order().Select(n => (long)n), sent.Keys.Order());
        Assert.All(sent, s => Assert.True(s.Value == 1, $"Letter {s.Key} was sent {s.Value} times."));

        var verified = await house.VerbAsync("journal", "verify");
        Assert.True(verified.ExitCode == 0, verified.ToString());

        var streams = await house.ExportAsync();
        Assert.Equal(_numbers.Keys.Order(StringComparer.Ordinal), streams.Where(s => s.Value[0].Type == "GoalSubmitted").Select(s => s.Key).Order(StringComparer.Ordinal));
        Assert.All(_numbers.Keys, id => Assert.Contains(streams[id], e => e.Type == "GoalCompleted"));
        foreach (var (id, events) in streams.Where(s => _numbers.ContainsKey(s.Key)))
        {
            AuditLetters(id, events);
        }
    }

    private static void AuditLetters(string id, List<CountedEvent> events)
    {
        foreach (var letter in events.Where(e => e.Type == "CallProposed" && e.Text("tool") == "post.send_letter").Select(e => e.Text("call")).ToHashSet())
        {
            var starts = events.Count(e => e.Type == "CallStarted" && e.Text("call") == letter);
            var again = events.Count(e => e.Type == "EscalationAnswered" && e.Text("choice") == "again");
            Assert.True(starts <= 1 + again, $"{letter} of {id} was started {starts} times on {again} orders to do so.");
            var doubts = events.Count(e => e.Type == "CallSettled" && e.Text("call") == letter && e.Text("outcome") == "unknown");
            var asked = events.Count(e => e.Type == "Escalated" && e.Text("kind") == "unknownCall" && e.Text("call") == letter);
            Assert.True(asked >= doubts, $"{letter} of {id} was in doubt {doubts} times and a person was asked {asked} times.");
        }
    }

    private async Task<List<string>> UnfinishedAsync()
    {
        var unfinished = new List<string>();
        var cursor = "";
        do
        {
            using var answer = await hosts.SendAsync(key, 0, () => new HttpRequestMessage(HttpMethod.Get, $"/api/workflows?limit=200{cursor}"));
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
            unfinished.AddRange(page.GetProperty("items").EnumerateArray()
                .Where(w => w.GetProperty("status").GetString() is not ("completed" or "failed" or "cancelled"))
                .Select(w => w.GetRawText()));
            cursor = page.TryGetProperty("next", out var next) && next.GetString() is { } more ? $"&cursor={Uri.EscapeDataString(more)}" : "";
        }
        while (cursor.Length > 0);

        return unfinished;
    }
}
