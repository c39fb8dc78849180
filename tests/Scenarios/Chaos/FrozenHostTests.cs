using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// A host that is frozen (SIGSTOP) in the middle of a call that must not be repeated, until another has taken over, and then wakes. It is the fourth call of
/// the goal: a letter, behind three entries.
/// </summary>
[NeedsPostgres]
public sealed class FrozenHostTests
{
    private const int Number = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Frozen_between_the_intent_and_sending_it_sends_late_says_so_and_the_question_is_asked_anew()
    {
        await using var run = await FrozenRun.UntilAskedAsync("BeforeToolRuns:4", Number);
        Assert.Empty(run.House.Sent());

        run.Frozen.Thaw(0);
        var asked = await run.AskedAnewAsync();
        Assert.Contains("it did make the call", asked);
        await run.Operator.EndAsync(Patience);
        await run.Operator.AuditAsync();
        Assert.Single(await run.EventsAsync("CallStarted", "call", run.Letter));
    }

    [Fact]
    public async Task Frozen_behind_the_intent_it_sees_that_its_lease_is_gone_and_does_not_send()
    {
        await using var run = await FrozenRun.UntilAskedAsync("AfterCallStarted:4", Number);
        run.Frozen.Thaw(0);
        Assert.Contains("it did not make the call", await run.AskedAnewAsync());
        Assert.Empty(run.House.Sent());
        await run.Operator.EndAsync(Patience);
        await run.Operator.AuditAsync();
    }

    [Fact]
    public async Task Frozen_until_a_person_has_had_it_done_again_it_may_double_the_effect_but_never_in_silence()
    {
        await using var run = await FrozenRun.UntilAskedAsync("BeforeToolRuns:4", Number);
        await run.Operator.EndAsync(Patience);
        Assert.Equal(1, run.House.Sent()[Number]);

        run.Frozen.Thaw(0);
        var asked = await run.AskedAnewAsync();
        Assert.Contains("it did make the call", asked);
        Assert.Contains("put right what needs it", asked);
        Assert.Equal(2, run.House.Sent()[Number]);
        Assert.Single(await run.EventsAsync("CallEndedLate", "call", run.Letter));
        var verified = await run.House.VerbAsync("journal", "verify");
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    /// <summary>One host that freezes with a letter on its way, and its heir, which has taken over and asked a person about it.</summary>
    private sealed class FrozenRun : IAsyncDisposable
    {
        private readonly HostFleet _heir;
        private FrozenRun(CountingHouse house, HostFleet frozen, HostFleet heir, CountingOperator somebody) => (House, Frozen, _heir, Operator) = (house, frozen, heir, somebody);

        public CountingHouse House { get; }

        public HostFleet Frozen { get; }

        public CountingOperator Operator { get; }

        /// <summary>The id of its call.</summary>
        public string Letter { get; private set; } = "";

        public static async Task<FrozenRun> UntilAskedAsync(string point, int number)
        {
            var house = await CountingHouse.OpenAsync();
            var key = await house.KeyAsync();
            var frozen = new HostFleet(1, house.Arguments, new Dictionary<string, string>(house.Environment) { ["AIMANAGER_TEST_HOOKS"] = "1", ["AIMANAGER_FREEZE_AT"] = point });
            var heir = new HostFleet(1, house.Arguments, house.Environment);
            var run = new FrozenRun(house, frozen, heir, new CountingOperator(house, heir, key));
            await frozen.StartAllAsync();
            using (var submitted = await frozen.SendAsync(key, 0, () => CountingHouse.Submission(number)))
            {
                Assert.True(submitted.IsSuccessStatusCode, await submitted.Content.ReadAsStringAsync());
            }

            await frozen.FrozenAsync(0);
            await heir.StartAllAsync();
            await run.Operator.SubmitAsync(number); // the same goal: what is asked about it is this operator's to answer
            await run.AskedAsync(_ => true);
            run.Letter = (await run.EventsAsync("CallProposed", "tool", "post.send_letter")).Single().Text("call")!;
            return run;
        }

        /// <summary>Waits for the question that the news of the host that woke raise; its words.</summary>
        public Task<string> AskedAnewAsync() => AskedAsync(question => question.Contains("which was held up, is back", StringComparison.Ordinal));

        private async Task<string> AskedAsync(Func<string, bool> isIt)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            for (var attempt = 0; attempt < 300; attempt++)
            {
                if ((await Operator.OpenAsync()).Select(q => q.GetProperty("question").GetString()!).FirstOrDefault(isIt) is { } question)
                {
                    return question;
                }

                await timer.WaitForNextTickAsync();
            }

            throw new TimeoutException($"Nobody was asked.\n{string.Join('\n', Frozen.Said.TakeLast(20))}\n{string.Join('\n', _heir.Said.TakeLast(20))}");
        }

        public async Task<List<CountedEvent>> EventsAsync(string type, string field, string value) =>
            [.. (await House.ExportAsync()).Values.SelectMany(e => e).Where(e => e.Type == type && e.Text(field) == value)];

        public async ValueTask DisposeAsync()
        {
            await Frozen.DisposeAsync();
            await _heir.DisposeAsync();
            await House.DisposeAsync();
        }
    }
}
