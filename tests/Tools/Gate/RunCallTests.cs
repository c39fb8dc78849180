using System.Security.Cryptography;
using System.Text;

namespace AiManager.Tools.Tests;

/// <summary>What becomes of a call once it is started: who is told what, what is kept and what it cost, and what happens meanwhile.</summary>
public sealed class RunCallTests
{
    private const string Plain = "version: 1\nrules:\n  - { id: all, effect: allow, tools: [\"erp.*\", \"test.*\", people.escalate] }\n";

    private static readonly ToolOutput Sent = new ToolOutput.Done(JsonText.Parse("""{"sent":true}"""), []);

    private readonly ToolDouble _mail = new((_, _) => Task.FromResult(Sent));

    [Fact]
    public async Task A_host_that_slept_over_the_grace_alone_does_not_send()
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail));
        shop.Crash.Meanwhile = point =>
        {
            if (point == CrashPoint.AfterCallStarted)
            {
                shop.Crash.Meanwhile = null;
                shop.Time.Advance(TimeSpan.FromSeconds(20));
                shop.Log.IsLost = true;
            }
        };
        await Assert.ThrowsAsync<LeaseLostException>(() => shop.CallAsync(shop.Call("test.mail", "{}")));
        Assert.Empty(_mail.Sent);
    }

    [Fact]
    public async Task Whoever_leaves_while_a_read_is_under_way_breaks_it_off()
    {
        using var stop = new CancellationTokenSource();
        var entered = new TaskCompletionSource();
        var slow = new ToolDouble((_, _) =>
        {
            entered.SetResult();
            return new TaskCompletionSource<ToolOutput>().Task;
        });
        using var shop = await Shop.OpenAsync(Shop.Double("slow", slow, EffectClass.Observe));
        var call = shop.Call("test.slow", "{}");
        var calling = shop.Gate.CallAsync(call, shop.Log, stop.Token);
        await entered.Task;
        await stop.CancelAsync();

        // Were it not broken off, the clock would end it.
        shop.Time.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        Assert.Equal(CallStatus.Started, shop.Log.State.Calls[call.Call].Status);
    }

    [Theory]
    [InlineData(true, """{"error":"It took longer than 30 s.","retryable":true}""")]
    [InlineData(false, """{"error":"The tool broke off.","retryable":true}""")]
    public async Task A_read_that_breaks_off_by_itself_may_be_tried_again(bool isCancelled, string result)
    {
        var broken = new ToolDouble((_, _) => throw (isCancelled ? new OperationCanceledException("off") : new InvalidOperationException("off")));
        using var shop = await Shop.OpenAsync(Shop.Double("read", broken, EffectClass.Observe));
        var settled = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("test.read", "{}")));
        Assert.Equal((CallOutcome.Failed, result), (settled.Outcome, settled.Result.Text));
    }

    [Theory]
    [InlineData(EffectClass.Observe, false, CallOutcome.Failed)]
    [InlineData(EffectClass.WriteReversible, false, CallOutcome.Unknown)]
    [InlineData(EffectClass.WriteReversible, true, CallOutcome.Failed)]
    public async Task A_no_to_a_second_try_says_nothing_of_the_first_where_that_may_have_changed_something(EffectClass effect, bool isKnownUndone, CallOutcome outcome)
    {
        var tool = new ToolDouble((intent, _) => Task.FromResult(intent.IsResumed ? new ToolOutput.Failed("No.") { IsKnownUndone = isKnownUndone } : Sent), storesKeys: true);
        using var shop = await Shop.OpenAsync(Shop.Double("mail", tool, effect));
        var call = await CrashAsync(shop, CrashPoint.AfterToolRan);
        await shop.CallAsync(call);

        Assert.Equal(outcome, shop.Log.State.Calls[call.Call].Settled!.Outcome);
        Assert.Equal([.. new[] { false }, .. Enumerable.Repeat(true, tool.Sent.Count - 1)], tool.Sent.Select(s => s.IsResumed));
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("gone")]
    public async Task Of_several_reasons_not_to_send_it_again_the_one_that_a_person_can_mend_is_told(string what)
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail));
        await CrashAsync(shop, CrashPoint.AfterCallStarted);
        var call = shop.Log.State.Calls.Values.Single();
        if (what == "suspended")
        {
            shop.Company.Suspend("tool/test.mail");
        }
        else
        {
            shop.Configure(Shop.Tools, Shop.Authority);
        }

        await shop.CallAsync(Again(shop, call));
        Assert.Contains(what == "suspended" ? "is suspended" : "no longer there", Assert.Single(shop.Log.State.Escalations.Values).Raised.Question, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taken_up_while_the_company_is_changed_again_and_again_it_waits_for_another_time()
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail, EffectClass.Observe));
        var call = await CrashAsync(shop, CrashPoint.AfterCallStarted);
        var races = 0;
        shop.Log.Meanwhile = events =>
        {
            if (events.Any(e => e is CallTakenUp) && ++races < 50)
            {
                shop.Company.SuspendElsewhere("agent/nobody" + races);
            }
        };
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Equal(8, races);
        Assert.Empty(_mail.Sent);
    }

    [Fact]
    public async Task A_doubt_that_nobody_was_asked_about_is_asked_about()
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail));
        var call = await CrashAsync(shop, CrashPoint.AfterCallStarted);
        shop.Log.Add(Actor.Agent("purchaser"), new CallSettled(call.Call, CallOutcome.Unknown, JsonText.EmptyObject, null, null, []));
        for (var i = 0; i < 2; i++)
        {
            Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
            Assert.Contains("Its outcome was not recorded.", Assert.Single(shop.Log.State.Escalations.Values).Raised.Question, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_not_known_is_in_the_journal_with_its_reason_and_who_gave_it_up_by_name()
    {
        var mail = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Unclear("The line went dead.")));
        using var shop = await Shop.OpenAsync(Shop.Double("mail", mail));
        var call = shop.Call("test.mail", "{}");
        await shop.CallAsync(call);
        Assert.Equal("""{"error":"The line went dead."}""", shop.Log.State.Calls[call.Call].Settled!.Result.Text);

        var settled = Assert.IsType<CallResult.Settled>(await shop.Gate.ResolveUnknownAsync(shop.Answer("giveUp"), shop.Log, CancellationToken.None));
        Assert.Equal("Nobody knows whether it was made; jana gave it up.", settled.Result.ToElement().GetProperty("error").GetString());
    }

    [Fact]
    public async Task Sent_again_it_is_a_further_try_of_the_agents_and_the_lease_is_held_for_it_before_its_intent_is_written()
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail));
        var call = await CrashAsync(shop, CrashPoint.AfterToolRan);
        await shop.CallAsync(call);
        shop.Time.Advance(TimeSpan.FromHours(1));
        await shop.Gate.ResolveUnknownAsync(shop.Answer("again"), shop.Log, CancellationToken.None);

        Assert.Equal([(false, Actor.Agent("purchaser")), (true, Actor.Agent("purchaser"))], _mail.Sent.Select(s => (s.IsResumed, s.Caller)));
        Assert.Equal(shop.Time.Now.AddSeconds(45), shop.Log.HeldUntil);
    }

    /// <summary>Its first try may have been made: that the second was stopped on its way says nothing about it.</summary>
    [Theory]
    [InlineData("tool/test.mail")]
    [InlineData("all/*")]
    public async Task What_is_stopped_between_the_intent_to_send_it_again_and_the_sending_is_as_unknown_as_before(string what)
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail));
        var call = await CrashAsync(shop, CrashPoint.AfterToolRan);
        await shop.CallAsync(call);
        shop.Crash.Meanwhile = point =>
        {
            if (point == CrashPoint.BeforeToolRuns)
            {
                shop.Company.Suspend(what);
            }
        };

        Assert.IsType<CallResult.Suspended>(await shop.Gate.ResolveUnknownAsync(shop.Answer("again"), shop.Log, CancellationToken.None));
        Assert.Equal((CallStatus.Unknown, 1), (shop.Log.State.Calls[call.Call].Status, _mail.Sent.Count));
        Assert.Contains("It was not sent again.", Assert.Single(shop.Log.State.Escalations.Values, e => e.Choice is null).Raised.Question, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tool/test.mail", "It was not sent again.", 1)]
    [InlineData("agent/clerk", "sent", 2)]
    [InlineData(null, null, 1)]
    public async Task What_is_stopped_or_cancelled_in_the_moment_it_is_sent_again_holds(string? suspended, string? told, int sent)
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail));
        var call = await CrashAsync(shop, CrashPoint.AfterToolRan);
        await shop.CallAsync(call);
        var answered = shop.Answer("again");
        shop.Log.Meanwhile = events =>
        {
            if (events.Any(e => e is CallStarted))
            {
                shop.Log.Meanwhile = null;
                if (suspended is not null)
                {
                    shop.Company.SuspendElsewhere(suspended);
                }
                else
                {
                    shop.Log.Add(Actor.Person("jana"), new GoalCancelled(new PrivateText("jana", "No.")));
                }
            }
        };
        var result = await shop.Gate.ResolveUnknownAsync(answered, shop.Log, CancellationToken.None);
        Assert.Equal(sent, _mail.Sent.Count);
        if (told is null)
        {
            Assert.IsType<CallResult.Suspended>(result);
            return;
        }

        Assert.Contains(told, Assert.IsType<CallResult.Settled>(result).Result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_words_about_a_failure_are_told_to_whoever_may_read_little()
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail, EffectClass.Observe), Shop.Double("write", _mail));
        shop.Configure(Shop.Tools, Plain, Shop.Double("mail", _mail, EffectClass.Observe), Shop.Double("write", _mail));
        Bind(shop, g => g with { Tools = ["test.mail", "test.write"], Reads = ["vetted"] });
        var read = await CrashAsync(shop, CrashPoint.AfterCallStarted);
        shop.Company.Suspend("tool/test.mail");
        Assert.Contains("It was not made again. ", Assert.IsType<CallResult.Settled>(await shop.CallAsync(read)).Result.Text, StringComparison.Ordinal);

        foreach (var (choice, told) in new[] { ("giveUp", "jana gave it up."), ("again", "It was not sent again. ") })
        {
            var write = await CrashAsync(shop, CrashPoint.AfterCallStarted, "test.write");
            await shop.CallAsync(write);
            if (choice == "again")
            {
                shop.Company.Suspend("tool/test.write");
            }

            var settled = Assert.IsType<CallResult.Settled>(await shop.Gate.ResolveUnknownAsync(shop.Answer(choice), shop.Log, CancellationToken.None));
            Assert.Contains(told, settled.Result.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Parts_are_kept_without_secrets_and_the_result_names_them_by_what_they_are_then()
    {
        byte[] told = Encoding.UTF8.GetBytes("the key is tr0ub4dor&3."), plain = Encoding.UTF8.GetBytes("nothing in it"), clean = Encoding.UTF8.GetBytes("the key is [secret]***.");
        var tool = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(
            new ToolOutput.Done(JsonText.Parse($$"""{"told":"sha256-{{Digest(told)}}","plain":"sha256-{{Digest(plain)}}","said":"tr0ub4dor&3"}"""), []) { Kept = [told, plain] }));
        using var shop = await Shop.OpenAsync(Shop.Double("parts", tool, EffectClass.Observe));
        shop.Words.Add("tr0ub4dor&3");

        var settled = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("test.parts", "{}")));
        Assert.Equal($$"""{"told":"sha256-{{Digest(clean)}}","plain":"sha256-{{Digest(plain)}}","said":"[secret]"}""", settled.Result.Text);
        Assert.Equal(new[] { Digest(clean), Digest(plain) }.Order(), shop.Blobs.All.Select(b => Digest(b.ToArray())).Order());

        static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_look_is_at_what_it_gave_or_at_its_summary_and_only_where_there_is_an_inbox(bool canWait)
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, "version: 1\nrules:\n  - { id: all, effect: allow, tools: [\"erp.*\"], obligations: { notify: cfo, secondLook: lead } }\n");
        shop.Log.CanWait = canWait;
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.many", """{"rows":2000}""")));

        var looks = shop.Log.Events.OfType<LookAsked>().ToList();
        Assert.Equal(canWait ? [false, true] : [], looks.Select(l => l.IsSecondLook));
        Assert.All(looks.Where(l => l.IsSecondLook), l => Assert.Contains("too long to show whole", l.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_another_host_settled_first_of_a_call_that_can_be_repeated_is_the_answer()
    {
        using var shop = await Shop.OpenAsync(Shop.Double("mail", new ToolDouble((_, _) => Task.FromResult(Sent), storesKeys: true)));
        var call = shop.Call("test.mail", "{}");
        shop.Log.Meanwhile = events =>
        {
            if (events.Any(e => e is CallSettled))
            {
                shop.Log.Meanwhile = null;
                shop.Log.Add(Actor.Agent("purchaser"), new CallSettled(call.Call, CallOutcome.Succeeded, JsonText.Parse("""{"sent":"before"}"""), null, null, []));
            }
        };
        Assert.Equal(new CallResult.Settled(CallOutcome.Succeeded, JsonText.Parse("""{"sent":"before"}""")), await shop.CallAsync(call));
    }

    [Fact]
    public async Task A_finding_that_comes_when_the_goal_is_over_is_written_down_and_raises_nothing()
    {
        using var shop = await Shop.OpenAsync();
        shop.Log.Meanwhile = events =>
        {
            if (events.Any(e => e is CallSettled))
            {
                shop.Log.Meanwhile = null;
                shop.Log.Add(Actor.Person("jana"), new GoalCancelled(new PrivateText("jana", "No.")));
            }
        };
        var call = shop.Call("people.escalate", """{"question":"Is this right?","role":"lead"}""");
        var settled = Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));

        Assert.Equal((CallOutcome.Failed, """{"error":"The goal was over first."}"""), (settled.Outcome, settled.Result.Text));
        Assert.Equal((CallStatus.Failed, settled.Result), (shop.Log.State.Calls[call.Call].Status, shop.Log.State.Calls[call.Call].Settled!.Result));
        Assert.Empty(shop.Log.State.Escalations);
    }

    [Fact]
    public async Task A_finding_that_is_still_open_in_the_same_words_with_the_same_role_is_not_told_again()
    {
        using var shop = await Shop.OpenAsync();
        shop.Catalog.Follow(shop.Company, null, shop.Ledger);
        const string Late = """{"question":"Order 7 is late.","role":"lead"}""";
        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("people.escalate", Late))).Outcome);
        var first = Assert.Single(shop.Log.State.Escalations.Values).Raised;
        shop.Ledger.Open.Add(new EscalationRow(first.Escalation, shop.Log.State.Id, "finding", first.Role, "open", first.Question, shop.Time.Now));

        var again = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("people.escalate", Late)));
        Assert.Equal($$"""{"escalation":"{{first.Escalation}}","note":"Told already: the same finding is still open with lead."}""", again.Result.Text);
        Assert.Single(shop.Log.State.Escalations);

        await shop.CallAsync(shop.Call("people.escalate", Late.Replace("7", "8", StringComparison.Ordinal)));
        await shop.CallAsync(shop.Call("people.escalate", Late.Replace("lead", "cfo", StringComparison.Ordinal)));
        shop.Ledger.Open.Clear(); // noted
        await shop.CallAsync(shop.Call("people.escalate", Late));
        Assert.Equal(4, shop.Log.State.Escalations.Count);
    }

    [Fact]
    public async Task A_call_that_failed_has_spent_nothing_and_one_that_was_not_sent_again_counts_for_nothing()
    {
        const string Counted = Plain + "budgets:\n  - { id: spent, scope: company, per: 1d, money: 9000, onExceeded: deny }\n  - { id: counted, scope: company, per: 1d, toolCalls: 20, time: 1d, onExceeded: deny }\n";
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail, EffectClass.Observe));
        shop.Configure(Shop.Tools, Counted, Shop.Double("mail", _mail, EffectClass.Observe));
        shop.Sql("drop table orders");
        Assert.Equal(CallOutcome.Failed, Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(10))).Outcome);
        Assert.Equal((0m, 1), (shop.Ledger.Money("spent"), shop.Ledger.Used("counted").ToolCalls));

        var read = await CrashAsync(shop, CrashPoint.AfterCallStarted);
        Assert.Equal(2, shop.Ledger.Used("counted").ToolCalls);
        shop.Company.Suspend("tool/test.mail");
        await shop.CallAsync(read);
        Assert.Equal([Amounts.None], shop.Log.State.Calls[read.Call].Settled!.Settled.Select(r => r.Amounts));
    }

    [Fact]
    public async Task Of_a_call_that_a_person_says_was_made_all_its_time_counts()
    {
        const string Slow = Plain + "budgets:\n  - { id: slow, scope: company, per: 1d, time: 1d, onExceeded: deny }\n";
        using var shop = await Shop.OpenAsync(Shop.Double("mail", _mail));
        shop.Configure(Shop.Tools, Slow, Shop.Double("mail", _mail));
        var call = await CrashAsync(shop, CrashPoint.AfterToolRan);
        var reserved = shop.Ledger.Used("slow").Time;
        Assert.NotNull(reserved);
        await shop.CallAsync(call);
        await shop.Gate.ResolveUnknownAsync(shop.Answer("happened"), shop.Log, CancellationToken.None);
        Assert.Equal(reserved, shop.Ledger.Used("slow").Time);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_costs_what_was_set_aside_also_when_its_tool_is_gone_and_else_what_the_facts_say(bool isGone)
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, isGone ? Shop.Authority : Plain);
        var call = shop.Order(100);
        if (isGone)
        {
            shop.Crash.At = CrashPoint.AfterToolRan;
            await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.CallAsync(call));
            shop.Log.Crash();
            shop.Configure("sources: []", Plain.Replace("\"erp.*\", ", "", StringComparison.Ordinal));
            Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
            await shop.Gate.ResolveUnknownAsync(shop.Answer("happened"), shop.Log, CancellationToken.None);
        }
        else
        {
            await shop.CallAsync(call);
        }

        Assert.Equal(new Money("1000", "EUR"), shop.Log.State.Calls[call.Call].Settled!.Cost);
    }

    private static async Task<ToolCall> CrashAsync(Shop shop, CrashPoint at, string tool = "test.mail")
    {
        var task = shop.Log.State.Tasks[^1].Task;
        var call = shop.Call(tool, "{}") with { Task = task.Id, Grant = task.Grant };
        shop.Crash.At = at;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.CallAsync(call));
        shop.Log.Crash();
        return call;
    }

    private static ToolCall Again(Shop shop, CallState call) =>
        new(call.Proposed.Call, call.Proposed.Task, Actor.Agent(call.Proposed.Agent), call.Proposed.Tool, call.Proposed.Args, shop.Log.State.Tasks[0].Task.Grant);

    /// <summary>Another plan, whose task may do no more than this.</summary>
    private static void Bind(Shop shop, Func<Grant, Grant> change)
    {
        var task = shop.Log.State.Tasks[0].Task;
        var narrow = task with { Id = PrefixedId.Derive<TaskId>(task.Id.Value, "narrow"), Key = "narrow", Grant = change(task.Grant) };
        shop.Log.Add(
            Actor.Manager, new PlanRevised(new Plan(shop.Log.State.PlanVersion + 1, [narrow]), "narrower"), new TaskAssigned(narrow.Id, new Executor(Actor.Agent("purchaser")), "default", new TurnLimits(), "skill"));
    }
}
