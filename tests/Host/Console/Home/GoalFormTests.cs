using System.Net;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>Handing in a goal on the first page, without a script.</summary>
public sealed partial class GoalFormTests : IAsyncLifetime
{
    private const string Restock = "---\nname: restock\noutcome: Shelves are full.\nsingleton: restock\nacceptance: [{ review: Are they full? }]\ngoals: [Fill the shelves.]\n---\nDo it.\n";

    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000 }\n", ("playbooks/restock.md", Restock));

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_form_that_is_sent_twice_is_one_goal_and_another_goal_from_the_same_page_is_another()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        var key = Key().Match(await jana.PageAsync("/")).Groups[1].Value;
        Assert.NotEqual(key, Key().Match(await jana.PageAsync("/")).Groups[1].Value);
        var (_, _, first) = await jana.SendAsync("/", HomePages.Goals, ("goal", "Buy chairs"), ("key", key));
        var (_, _, again) = await jana.SendAsync("/", HomePages.Goals, ("goal", "Buy chairs"), ("key", key));
        var (_, _, other) = await jana.SendAsync("/", HomePages.Goals, ("goal", "Buy tables"), ("key", key));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.StartsWith("/workflows/wf_", first!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_joins_what_somebody_else_began_is_told_so_once()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        using var petra = await Visitor.OfAsync(_api, "petra");
        await jana.SendAsync("/", HomePages.Goals, ("goal", "Fill the shelves."), ("playbook", "restock"), ("key", "a"));
        var (status, _, location) = await petra.SendAsync("/", HomePages.Goals, ("goal", "Fill the shelves."), ("playbook", "restock"), ("key", "a"));
        Assert.Equal(HttpStatusCode.SeeOther, status);
        var page = await petra.WordsAsync(location!.ToString());
        Assert.Contains("This is already being pursued, asked for by Jana", page, StringComparison.Ordinal);
        Assert.DoesNotContain("joined=true", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suggestion_does_not_take_the_place_of_what_was_written()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        var (status, page, _) = await jana.SendAsync("/", HomePages.Goals, ("form", "goal"), ("goal", "Paint the door"), ("suggestion", "Fill the shelves."), ("deadline", "2d"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(">Paint the door</textarea>", page, StringComparison.Ordinal);
        Assert.Contains("id=\"bounds\" open", page, StringComparison.Ordinal);
        Assert.Contains("you pressed a suggestion", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/\" aria-current=\"page\"", page, StringComparison.Ordinal);
        (status, _, _) = await jana.SendAsync("/", HomePages.Goals, ("goal", " "), ("suggestion", "Fill the shelves."));
        Assert.Equal(HttpStatusCode.SeeOther, status);
    }

    [Fact]
    public async Task A_deadline_a_budget_and_inputs_go_with_the_goal()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        var (_, _, location) = await jana.SendAsync("/", HomePages.Goals, ("goal", "Buy chairs"), ("deadline", "2d"), ("money", " 12.50 "), ("inputs", """{"room":"blue"}"""), ("playbook", ""));
        Assert.True(PrefixedId.TryRead<WorkflowId>(location!.ToString().Split('/')[^1], out var id));
        var submitted = (await _api.Get<IWorkflowOutside>().ReadAsync(id, CancellationToken.None))!.Submitted!;
        Assert.Equal((12.50m, """{"room":"blue"}"""), (submitted.Budget!.Money, submitted.Inputs.Text));
        Assert.NotNull(submitted.Deadline);
    }

    [Theory]
    [InlineData("deadline", "tomorrow", "is no deadline")]
    [InlineData("deadline", "2001-01-01T00:00:00Z", "has passed already")]
    [InlineData("money", "-1", "The budget must be a number above 0")]
    [InlineData("money", "much", "The budget must be a number above 0")]
    [InlineData("inputs", "[1]", "The inputs must be one JSON object")]
    [InlineData("playbook", "nothing", "There is no playbook 'nothing'")]
    public async Task What_cannot_be_read_is_said_and_the_rest_stays(string field, string said, string why)
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        var (status, html, _) = await jana.SendAsync("/", HomePages.Goals, ("form", "goal"), ("goal", "Buy chairs"), (field, said));
        var page = WebUtility.HtmlDecode(html);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(why, page, StringComparison.Ordinal);
        Assert.Contains(">Buy chairs</textarea>", page, StringComparison.Ordinal);
        Assert.Contains("id=\"bounds\" open", page, StringComparison.Ordinal);
        if (field != "playbook")
        {
            Assert.Contains(said, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_terminal_is_told_where_this_service_is()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Contains($" {_api.Url.GetLeftPart(UriPartial.Authority)}/api/workflows</pre>", await jana.WordsAsync("/"), StringComparison.Ordinal);
    }

    [GeneratedRegex("name=\"key\" value=\"([0-9a-f]{32})\"")]
    private static partial Regex Key();
}
