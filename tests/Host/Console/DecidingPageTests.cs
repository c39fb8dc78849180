using System.Net;
using System.Text.RegularExpressions;
using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>What people decide by: why they are asked, what is in the way of a goal, and what they are only to know.</summary>
public sealed partial class DecidingPageTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000 }\n");
        _workflow = await _api.SubmittedAsync("Track deliveries");
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task What_is_only_to_be_known_stands_in_a_line_each_and_is_noted_by_one_press()
    {
        var notes = await FoundAsync(6);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Contains("<h2>For your information</h2>", inbox, StringComparison.Ordinal);
        Assert.DoesNotContain("<h2>Questions to you</h2>", inbox, StringComparison.Ordinal);
        Assert.DoesNotContain("<article", inbox, StringComparison.Ordinal);
        Assert.Contains(">Note all 6</button>", inbox, StringComparison.Ordinal);
        Assert.All(notes, n => Assert.Contains($"action=\"/inbox/escalations/{n}\"", inbox, StringComparison.Ordinal));

        // The first page has the first few, and says how many more there are; nothing is settled there that nobody sees.
        var home = await petra.WordsAsync("/");
        Assert.Equal(3, Rows().Count(home));
        Assert.Contains(">And 3 more in the inbox</a>", home, StringComparison.Ordinal);
        Assert.DoesNotContain("Note all", home, StringComparison.Ordinal);

        var (status, _, location) = await petra.SendAsync("/inbox", "/inbox/notes", [.. notes.Select(n => ("id", n.ToString())), ("answer", "noted"), ("back", "/inbox")]);
        Assert.Equal((HttpStatusCode.SeeOther, "/inbox"), (status, location?.ToString()));
        Assert.All(notes, n => Assert.Equal(EscalationState.Noted, Choice(n)));
        Assert.Contains("Nothing waits for you", await petra.WordsAsync("/inbox"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_noted_meanwhile_is_noted_and_what_cannot_be_says_why()
    {
        var notes = await FoundAsync(3);
        var asked = Asked("unmet", "lead", EscalationKind.UnmetGoal, "accept", "retry", "giveUp");
        var others = Asked("others", "cfo", EscalationKind.Finding, "noted");
        await _api.AppendAsync(_workflow, asked, others);
        using var petra = await Visitor.OfAsync(_api, "petra");
        using var omar = await Visitor.OfAsync(_api, "omar");
        await omar.SendAsync("/inbox", $"/inbox/escalations/{notes[0]}", ("answer", "noted"), ("words", "I know."));

        var (status, page, _) = await petra.SendAsync(
            "/inbox", "/inbox/notes", [.. notes.Append(asked.Escalation).Append(others.Escalation).Select(n => ("id", n.ToString())), ("answer", "noted")]);
        var words = WebUtility.HtmlDecode(page);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("3 of 5 were noted. “What of unmet?”: 'answer' must be one of: accept, retry, giveUp. “What of others?”: Only somebody with the role 'cfo' may answer.", words, StringComparison.Ordinal);
        Assert.All(notes, n => Assert.Equal(EscalationState.Noted, Choice(n)));
        Assert.Null(Choice(asked.Escalation));
        Assert.Null(Choice(others.Escalation));

        foreach (var odd in new (string, string)[][] { [("answer", "noted")], [("answer", "accept"), ("id", asked.Escalation.ToString())], [("id", "odd"), ("answer", "noted")] })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await petra.SendAsync("/inbox", "/inbox/notes", odd)).Status);
        }
    }

    [Fact]
    public async Task Questions_to_others_stand_in_a_line_each()
    {
        await _api.AppendAsync(_workflow, Asked("unmet", "cfo", EscalationKind.UnmetGoal, "accept", "retry", "giveUp"), Asked("found", "cfo", EscalationKind.Finding, "noted"));
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Contains("<h2>Waiting for others</h2>", inbox, StringComparison.Ordinal);
        Assert.Equal(2, Rows().Count(inbox));
        Assert.DoesNotContain("<article", inbox, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"answer\"", inbox, StringComparison.Ordinal);
        Assert.Contains("Every task of the plan is done anew.", inbox, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_it_is_asked_is_said_once_and_a_rule_of_which_nothing_is_known_keeps_its_words()
    {
        await _api.AskedAsync(_workflow);
        using var petra = await Visitor.OfAsync(_api, "petra");
        var inbox = await petra.WordsAsync("/inbox");
        Assert.Equal(2, inbox.Split("It is large.").Length);
        Assert.Matches("<li>It is large. <span class=\"rules\"><a href=\"/authority#rule-large\">large</a></span></li>", inbox);
    }

    [Theory]
    [InlineData(EscalationKind.UnmetGoal, 0)]
    [InlineData(EscalationKind.UnknownCall, 0)]
    [InlineData(EscalationKind.BlockedTask, 1)]
    public async Task No_answer_looks_like_the_usual_one_where_each_has_its_price(EscalationKind kind, int usual)
    {
        await _api.AppendAsync(_workflow, Asked("it", "lead", kind, "accept", "retry", "giveUp"));
        using var petra = await Visitor.OfAsync(_api, "petra");
        var form = QuestionForm().Match(await petra.WordsAsync("/inbox")).Value;
        Assert.Contains("value=\"giveUp\"", form, StringComparison.Ordinal);
        Assert.Equal(usual, form.Split("class=\"yes\"").Length - 1);
    }

    [Theory]
    [InlineData("The order was refused: helena rejected it: Too much.", "The order was refused: Helena rejected it: Too much.")]
    [InlineData("person:helena gave it up: no.", "Helena gave it up: no.")]
    [InlineData("Accepted as it is by person:helena: so be it.", "Accepted as it is by Helena: so be it.")]
    [InlineData("helena said to try again.", "Helena said to try again.")]
    [InlineData("Ask helena who rejected it, or nobody rejected it.", "Ask helena who rejected it, or nobody rejected it.")]
    public void People_are_named_where_the_program_says_what_they_did(string written, string read) =>
        Assert.Equal(read, PersonWords.Named(written, id => id is "helena" or "person:helena" ? "Helena" : id!));

    private async Task<IReadOnlyList<EscalationId>> FoundAsync(int count)
    {
        var found = Enumerable.Range(0, count).Select(i => Asked($"q{i}", "lead", EscalationKind.Finding, "noted")).ToList();
        await _api.AppendAsync(_workflow, [.. found]);
        return [.. found.Select(f => f.Escalation)];
    }

    private string? Choice(EscalationId id) => _api.Get<IWorkflowOutside>().ReadAsync(_workflow, CancellationToken.None).GetAwaiter().GetResult()!.Escalations[id].Choice;

    private Escalated Asked(string name, string role, EscalationKind kind, params string[] choices) => new(
        PrefixedId.Derive<EscalationId>(_workflow.Value, name), kind, null, null, $"What of {name}?", [.. choices], role, null);

    [GeneratedRegex("<li id=\"es_[^\"]+\" data-card")]
    private static partial Regex Rows();

    [GeneratedRegex("<form method=\"post\" action=\"/inbox/escalations/.*?</form>", RegexOptions.Singleline)]
    private static partial Regex QuestionForm();
}
