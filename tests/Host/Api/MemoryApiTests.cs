using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>What is remembered, over HTTP.</summary>
public sealed class MemoryApiTests
{
    [Fact]
    public async Task A_goal_is_remembered_as_soon_as_it_is_submitted_and_its_duplicate_is_offered_to_be_joined()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var first = await SubmitAsync(api, "Find out where order PO-4464 is.");
        var second = await SubmitAsync(api, "Cancel PO-4464 and tell the customer.");
        await SubmitAsync(api, "Count the pallets in hall two.");
        using var jana = await api.AsAsync("jana");

        var found = await jana.GetFromJsonAsync<JsonElement>("/api/memory?q=where%20are%20the%20pallets&kind=workflow&limit=1");
        Assert.Equal("Count the pallets in hall two.", Assert.Single(found.EnumerateArray()).GetProperty("title").GetString());
        var related = Assert.Single((await jana.GetFromJsonAsync<JsonElement>($"/api/workflows/{second}/related")).EnumerateArray());
        Assert.Equal((first.ToString(), "join", "po-4464"), (related.GetProperty("workflow").GetString(), related.GetProperty("relation").GetString(), related.GetProperty("shared")[0].GetString()));
        var stats = await jana.GetFromJsonAsync<JsonElement>("/api/memory/stats");
        Assert.Equal((3, 0), (stats.GetProperty("entries").GetProperty("workflow").GetInt32(), stats.GetProperty("outside").GetInt32()));
    }

    [Fact]
    public async Task A_duplicate_joins_what_is_offered_and_whoever_asked_follows_that()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var first = await SubmitAsync(api, "Find out where order PO-4464 is.");
        var second = await SubmitAsync(api, "Cancel PO-4464 and tell the customer.", "petra");
        using var petra = await api.AsAsync("petra");

        using var joined = await petra.PostAsJsonAsync($"/api/workflows/{second}/join", new JoinBody(first.ToString()), HostJson.Default.JoinBody);
        Assert.Equal($"/api/workflows/{first}", (await joined.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString());
        var (ended, goesOn) = (await petra.GetFromJsonAsync<JsonElement>($"/api/workflows/{second}"), await api.Get<WorkflowDesk>().FindAsync(first, CancellationToken.None));
        Assert.Equal(("cancelled", first.ToString(), $"joined {first}"), (ended.GetProperty("status").GetString(), ended.GetProperty("joinedTo").GetString(), ended.GetProperty("ending").GetString()));
        Assert.Contains("Cancel PO-4464 and tell the customer.", Assert.Single(goesOn!.State.Messages).Text.Words, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Conflict, (await petra.PostAsJsonAsync($"/api/workflows/{second}/join", new JoinBody(first.ToString()), HostJson.Default.JoinBody)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await petra.PostAsJsonAsync($"/api/workflows/{first}/join", new JoinBody("somewhere"), HostJson.Default.JoinBody)).StatusCode);
        using var reader = await api.AsAsync("omar", "read");
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsJsonAsync($"/api/workflows/{first}/join", new JoinBody(second.ToString()), HostJson.Default.JoinBody)).StatusCode);
    }

    [Fact]
    public async Task Related_work_is_told_from_the_journal_without_words_of_whoever_asked()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var recall = new RelatedRecall(api.Get<MemoryDesk>(), api.Get<WorkflowDesk>(), Microsoft.Extensions.Logging.Abstractions.NullLogger<RelatedRecall>.Instance);
        var (first, plain) = (await SubmitAsync(api, "Cancel PO-4464 for Mrs Svobodova."), await SubmitAsync(api, "Say sorry for PO-4464."));
        await AppendAsync(api, first, new ContractAgreed(new Contract("The order is cancelled.", [], [], null, null), "orders", null, "playbook"), new GoalFailed(GoalFailure.GivenUp, "It was sent already."));
        await AppendAsync(api, plain, new ContractAgreed(new Contract("Say sorry for PO-4464.", [], [], null, null), null, null, "manager"));
        var asks = (await api.Get<WorkflowDesk>().FindAsync(await SubmitAsync(api, "Where is PO-4464?"), CancellationToken.None))!.State;
        Assert.Empty(await recall.RecallAsync(asks, CancellationToken.None));

        await api.Get<MemoryDesk>().CatchUpAsync(CancellationToken.None);
        var work = Assert.Single(await recall.RecallAsync(asks, CancellationToken.None));
        Assert.Equal((first, "same", "failed", "The order is cancelled.", "It was sent already."), (work.Workflow, work.Relation, work.Status, work.Outcome, work.Ending));
    }

    [Theory]
    [InlineData("/api/memory", HttpStatusCode.BadRequest)]
    [InlineData("/api/memory?q=a&kind=person", HttpStatusCode.BadRequest)]
    [InlineData("/api/workflows/wf_nobody/related", HttpStatusCode.NotFound)]
    public async Task What_cannot_be_asked_is_said_to_be_wrong(string path, HttpStatusCode status)
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        Assert.Equal(status, (await jana.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        using var stranger = api.Stranger();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Of_a_person_who_is_forgotten_nothing_is_found_and_what_is_older_than_it_is_kept_goes()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await SubmitAsync(api, "Find out where order PO-4464 is.");
        await SubmitAsync(api, "Count the pallets in hall two.", "petra");
        var desk = api.Get<MemoryDesk>();
        await desk.CatchUpAsync(CancellationToken.None);
        Assert.Equal(1, await desk.ForgetPersonAsync("jana", Actor.Person("petra"), CancellationToken.None));
        Assert.Equal(["Count the pallets in hall two."], (await desk.SearchAsync(new MemoryQuestion("order pallets"), CancellationToken.None)).Select(f => f.Entry.Title));
        var erased = (await api.Get<IWorkflowJournal>().ReadAsync(CompanyState.Stream, 0, 100, CancellationToken.None)).Select(EventCodec.Decode).Single(e => e.Event is PersonErased);
        Assert.Equal((Actor.Person("petra"), new PersonErased("jana")), (erased.Actor, erased.Event));
        var settings = new MemorySettings(TimeSpan.FromDays(2), null, null);
        Assert.Equal(0, await desk.ForgetOlderAsync(settings, TimeProvider.System.GetUtcNow().AddDays(1), CancellationToken.None));
        Assert.Equal(1, await desk.ForgetOlderAsync(settings, TimeProvider.System.GetUtcNow().AddDays(3), CancellationToken.None));
    }

    [Fact]
    public void Less_than_a_day_is_no_memory_and_the_file_says_where()
    {
        using var folder = SmallCompany.Make(("company.yaml", SmallCompany.Settings + "memory: { task: 12h }\n"));
        using var data = new TempFolder();
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, data.Path, _ => null)).Faults);
        Assert.Equal(("company.yaml:4:17", "'task' must be at least 1d."), (fault.Place.ToString(), fault.Message));
    }

    private static async Task<WorkflowId> SubmitAsync(ApiUnderTest api, string goal, string person = "jana") =>
        Assert.IsType<SubmitResult.Created>(await api.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest(goal, person, "bundle"), CancellationToken.None)).Workflow;

    private static async Task AppendAsync(ApiUnderTest api, WorkflowId workflow, params WorkflowEvent[] events) => Assert.IsType<OutsideResult.Appended>(
        await api.Get<IWorkflowOutside>().AppendAsync(workflow, _ => new OutsideDecision.Append([.. events]), Actor.Manager, CancellationToken.None));
}
