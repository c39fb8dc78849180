namespace AiManager.Tools.Tests;

/// <summary>The two other answers: with other arguments, and instead of the call.</summary>
public sealed class AnswerTests
{
    private static readonly Seat Lead = new("lead", 1);

    [Fact]
    public async Task Other_arguments_end_what_was_asked_and_the_call_is_wanted_as_they_say()
    {
        var office = new Office(Lead, new Seat("cfo", 1));
        await office.DecideAsync("carla");

        var said = Assert.IsType<DecideResult.Recorded>(await office.SayAsync("petra", Edit("""{"supplier":"acme","quantity":50}""")));

        Assert.Equal("edited", said.Status);
        var call = Assert.Single(office.State.Calls.Values);
        Assert.Equal((CallStatus.Proposed, """{"quantity":50,"supplier":"acme"}""", "petra"), (call.Status, call.Wanted.Text, call.Edited!.Edit!.By));
        Assert.Equal(Office.Args, call.Proposed.Args);
        var view = (await office.Desk.FindAsync(office.Id, CancellationToken.None))!;
        Assert.Equal(("edited", "petra", "quantity: 100 → 50"), (view.Status, view.EditedBy, string.Join(' ', view.Changes.Select(c => $"{c.Arg}: {c.Change}"))));
        Assert.Contains("decided already", Assert.IsType<DecideResult.Conflict>(await office.DecideAsync("pavel")).Reason);
    }

    [Theory]
    [InlineData("""{"quantity":"many","supplier":"acme"}""", "quantity")]
    [InlineData("""{"quantity":5}""", "supplier")]
    [InlineData("""{"quantity":5,"supplier":"acme","price":1}""", "price")]
    [InlineData("""{"supplier":"acme","quantity":100}""", "asked already")]
    public async Task What_the_tool_does_not_take_is_refused_at_once_and_says_which_field(string args, string says)
    {
        var office = new Office(Lead);
        Assert.Contains(says, Assert.IsType<DecideResult.Invalid>(await office.SayAsync("petra", Edit(args))).Reason);
        Assert.Null(office.Approval.Verdict);
    }

    [Fact]
    public async Task Whoever_may_not_say_yes_may_not_write_other_arguments_or_answer_either()
    {
        ApprovalAnswer[] answers = [Edit("""{"quantity":50,"supplier":"acme"}"""), new ApprovalAnswer.Respond(null, "It is here already.")];
        foreach (var answer in answers)
        {
            var office = new Office(new Seat("lead", 2));
            Assert.IsType<DecideResult.Forbidden>(await office.SayAsync("jana", answer));
            Assert.IsType<DecideResult.Forbidden>(await office.SayAsync("walt", answer));
            await office.DecideAsync("petra");
            Assert.IsType<DecideResult.Conflict>(await office.SayAsync("petra", answer));
            office.Pass(48);
            Assert.IsType<DecideResult.Conflict>(await office.SayAsync("pavel", answer));
        }
    }

    [Fact]
    public async Task An_answer_instead_ends_the_call_and_is_no_rejection()
    {
        var office = new Office(Lead);

        Assert.Equal("responded", Assert.IsType<DecideResult.Recorded>(await office.SayAsync("petra", new ApprovalAnswer.Respond(JsonText.Parse("""{"id":7}"""), "It is ordered already."))).Status);

        var call = Assert.Single(office.State.Calls.Values);
        Assert.Equal((CallStatus.Refused, false, "petra answers instead of having it called: It is ordered already."), (call.Status, call.WasRejected, call.Refusal));
        Assert.Equal("""{"id":7}""", call.Answer!.Result!.Value.Text);
    }

    private static ApprovalAnswer.Edit Edit(string args) => new(JsonText.Parse(args));
}
