using System.Text;
using static AiManager.Evals.Tests.ForgedJournal;

namespace AiManager.Evals.Tests;

/// <summary>Two journals are the same where nothing but ids and times tells them apart, and only there.</summary>
public sealed class JournalShapeTests
{
    private const string Args = """{"sku":"A-1","day":"2026-11-24","by":"2026-11-23T08:00:00Z","time":"08:00","start":"gate 1","ref":"0193a4c0-1111-7000-8000-000000000001","also":"0193a4c0-1111-7000-8000-000000000002"}""";

    private static readonly Dictionary<string, (string From, string To)> Changes = new(StringComparer.Ordinal)
    {
        ["a day"] = ("2026-11-24", "2026-11-25"),
        ["a moment, by days"] = ("2026-11-23T08", "2026-11-26T08"),
        ["an argument that is called like a field of the host's"] = ("gate 1", "gate 2"),
        ["an argument that is called time"] = ("\"time\":\"08:00\"", "\"time\":\"09:00\""),
        ["an id in another's place"] = ("\"also\":\"0193a4c0-1111-7000-8000-000000000002\"", "\"also\":\"0193a4c0-1111-7000-8000-000000000001\""),
        ["which of two ids comes back"] = ("\"result\":{\"ref\":\"0193a4c0-1111-7000-8000-000000000001\"}", "\"result\":{\"ref\":\"0193a4c0-1111-7000-8000-000000000002\"}"),
        ["an amount"] = ("6000", "6001"),
    };

    public static TheoryData<string> Ways => [.. Changes.Keys];

    [Fact]
    public void Another_run_of_the_same_thing_is_the_same()
    {
        var other = Rewritten(Forged(), TimeSpan.FromDays(10) + TimeSpan.FromMinutes(7), text => text
            .Replace("0193a4c0-1111-7000-8000-00000000000", "01ffffff-2222-7000-8000-00000000000", StringComparison.Ordinal)
            .Replace("2026-11-21", "2026-12-01", StringComparison.Ordinal)
            .Replace("2026-11-22", "2026-12-02", StringComparison.Ordinal)
            .Replace("2026-11-23", "2026-12-03", StringComparison.Ordinal)
            .Replace("2026-11-24", "2026-12-04", StringComparison.Ordinal));
        Assert.Null(Difference(Forged(), other));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_was_otherwise_is_told(string what)
    {
        var (from, to) = Changes[what];
        var other = Rewritten(Forged(), TimeSpan.Zero, text => text.Replace(from, to, StringComparison.Ordinal));
        Assert.NotNull(Difference(Forged(), other));
    }

    [Fact]
    public void Another_person_or_another_agent_is_another_run()
    {
        var journal = Journal();
        journal.By<SeatFilled>(Actor.Person("nora"));
        Assert.Contains("SeatFilled by person:nora", Difference(Forged(), journal.ToRecord()), StringComparison.Ordinal);

        var agent = Journal();
        agent.By<CallStarted>(Actor.Agent("purchaser-backup"));
        Assert.Contains("CallStarted by agent:purchaser-backup", Difference(Forged(), agent.ToRecord()), StringComparison.Ordinal);
    }

    /// <summary>Who held the lease and what stood before in the order of everything says nothing.</summary>
    [Fact]
    public void What_events_say_of_their_host_is_no_difference()
    {
        var one = Journal();
        one.Before<CallSettled>((new CallTakenUp(Ordered, "node-1"), Purchaser));
        var other = Journal();
        other.Before<CallSettled>((new CallTakenUp(Ordered, "node-2"), Purchaser));
        other.Change<CallStarted>(s => s with { After = 7 });
        Assert.Null(Difference(one.ToRecord(), other.ToRecord()));
    }

    /// <summary>A day of the company's, not of Greenwich: what is asked for at half past eleven in Prague is of that day.</summary>
    [Fact]
    public void Days_are_counted_in_the_companys_time_zone()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland");
        var days = JournalShape.Of(Forged() with { Zone = zone }).Values.SelectMany(e => e).Where(e => e.Contains("<day ", StringComparison.Ordinal)).ToList();
        Assert.All(days, e => Assert.Contains("<day +2>", e, StringComparison.Ordinal)); // noon in Greenwich is tomorrow there
        Assert.NotEmpty(days);
    }

    private static string? Difference(WorkflowRecord before, WorkflowRecord after) => JournalShape.Difference([JournalShape.Of(before)], [JournalShape.Of(after)]);

    private static WorkflowRecord Forged() => Journal().ToRecord();

    private static ForgedJournal Journal()
    {
        var journal = Sound();
        journal.Change<CallProposed>(p => p with { Args = JsonText.Parse(Args) });
        journal.Change<CallSettled>(s => s with { Result = JsonText.Parse("""{"ref":"0193a4c0-1111-7000-8000-000000000001"}""") });
        return journal;
    }

    private static WorkflowRecord Rewritten(WorkflowRecord record, TimeSpan later, Func<string, string> change) => WorkflowRecord.Of(
        record.Id.ToString(), [.. record.Stored.Select(e => e with { At = e.At + later, Body = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(e.Body.Span))) })]);
}
