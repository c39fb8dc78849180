using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.Data.Sqlite;

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
    public async Task Whoever_submits_is_told_what_has_to_do_with_it_unless_they_want_no_more_than_is_needed()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var first = await SubmitAsync(api, "Find out where order PO-4464 is.");
        using var jana = await api.AsAsync("jana");
        var (id, related) = await PostAsync(jana, "Cancel PO-4464 and tell the customer.");
        var told = Assert.Single(related!.Value.EnumerateArray());
        Assert.Equal((first.ToString(), "join"), (told.GetProperty("workflow").GetString(), told.GetProperty("relation").GetString()));
        Assert.Equal(JsonSerializer.Serialize(related), JsonSerializer.Serialize(await jana.GetFromJsonAsync<JsonElement>($"/api/workflows/{id}/related")));
        Assert.Empty((await PostAsync(jana, "Count the pallets in hall two.")).Related!.Value.EnumerateArray());
        jana.DefaultRequestHeaders.Add("Prefer", "wait=1, return=minimal");
        Assert.Null((await PostAsync(jana, "Where is PO-4464?")).Related);
    }

    [Fact]
    public async Task A_key_that_may_only_submit_is_told_nothing_of_the_goals_of_others()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await SubmitAsync(api, "Find out where order PO-4464 is.", "petra");
        using var submits = await api.AsAsync("jana", Permission.Submit);
        var (id, related) = await PostAsync(submits, "Cancel PO-4464 and tell the customer.");
        Assert.Null(related);
        Assert.Equal(HttpStatusCode.Forbidden, (await submits.GetAsync(new Uri($"/api/workflows/{id}/related", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await submits.GetAsync(new Uri("/api/memory?q=PO-4464", UriKind.Relative))).StatusCode);
        using var reads = await api.AsAsync("jana", Permission.Submit, Permission.Read);
        Assert.NotEmpty((await PostAsync(reads, "Where is PO-4464?")).Related!.Value.EnumerateArray());
    }

    [Fact]
    public async Task While_memory_cannot_keep_up_nobody_waits_for_it_and_answers_say_that_it_is_behind()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await SubmitAsync(api, "Find out where order PO-4464 is.");
        using var jana = await api.AsAsync("jana");
        using (var fresh = await jana.GetAsync(new Uri("/api/memory?q=order", UriKind.Relative)))
        {
            Assert.False(fresh.Headers.Contains("Memory-Behind"));
        }

        string second;
        using (var other = new SqliteConnection($"Data Source={api.DataFile("memory.db")};Pooling=false"))
        {
            await other.OpenAsync();
            using var held = other.CreateCommand();
            held.CommandText = "begin immediate";
            await held.ExecuteNonQueryAsync();
            (second, var related) = await PostAsync(jana, "Cancel PO-4464 and tell the customer.");
            Assert.Null(related);
            foreach (var path in new[] { "/api/memory?q=PO-4464", $"/api/workflows/{second}/related" })
            {
                using var behind = await jana.GetAsync(new Uri(path, UriKind.Relative));
                Assert.Equal(["true"], behind.Headers.GetValues("Memory-Behind"));
                Assert.Single((await behind.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray());
            }
        }

        await api.Get<MemoryDesk>().CatchUpAsync(CancellationToken.None);
        Assert.Equal(2, (await jana.GetFromJsonAsync<JsonElement>("/api/memory?q=PO-4464")).GetArrayLength());
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
    [InlineData("/api/memory?q=%20", HttpStatusCode.BadRequest)]
    [InlineData("/api/memory?q=a&kind=person", HttpStatusCode.BadRequest)]
    [InlineData("/api/memory?q=a&limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/memory?q=a&limit=101", HttpStatusCode.BadRequest)]
    [InlineData("/api/memory?q=a%00b", HttpStatusCode.BadRequest)]
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
        Assert.Equal(["Count the pallets in hall two."], (await desk.Memories.SearchAsync(new MemoryQuestion("order pallets"), CancellationToken.None)).Select(f => f.Entry.Title));
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

    [Fact]
    public async Task A_model_that_is_away_costs_no_entry_and_the_figures_say_why_words_are_all_there_is()
    {
        await using var api = await ApiUnderTest.StartAsync("embeddings: { url: \"http://127.0.0.1:1/v1\", model: minilm, inside: true }\nmemory: { vectors: { qdrant: \"http://127.0.0.1:1\", tenant: small } }\n");
        await SubmitAsync(api, "Count the pallets in hall two.");
        var desk = api.Get<MemoryDesk>();
        api.Get<CompanyAtWork>();
        await desk.CatchUpAsync(CancellationToken.None);
        Assert.Equal(0, await desk.EmbedAsync(_ => Task.CompletedTask, CancellationToken.None));
        using var jana = await api.AsAsync("jana");
        Assert.Equal("Count the pallets in hall two.", Assert.Single((await jana.GetFromJsonAsync<JsonElement>("/api/memory?q=pallets")).EnumerateArray()).GetProperty("title").GetString());
        var stats = await jana.GetFromJsonAsync<JsonElement>("/api/memory/stats");
        Assert.Equal(("minilm", 1, 0), (stats.GetProperty("space").GetString(), stats.GetProperty("outside").GetInt32(), stats.GetProperty("without").GetInt32()));
        Assert.Equal("Qdrant at http://127.0.0.1:1, tenant small", stats.GetProperty("place").GetString());
        Assert.Contains("cannot be reached", stats.GetProperty("wordsAlone").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", true, true)]
    [InlineData("", "flows: [ { id: stay, effect: deny, labels: [customer-data], to: openWorld } ]", false, true)]
    [InlineData("", "flows: [ { id: stay, effect: deny, labels: [customer-data, unknown], to: openWorld } ]", false, false)]
    [InlineData("", "flows: [ { id: stay, effect: deny, labels: [customer-data], to: \"model:minilm\" } ]", false, true)]
    [InlineData(", inside: true", "flows: [ { id: stay, effect: deny, labels: [customer-data], to: openWorld } ]", true, true)]
    [InlineData(", inside: true", "flows: [ { id: stay, effect: deny, labels: [customer-data], to: \"model:*\" } ]", false, true)]
    public void What_flows_keep_from_models_is_not_told_to_the_one_that_makes_vectors(string inside, string flows, bool tellsLabelled, bool tellsPlain)
    {
        using var folder = SmallCompany.Make(
            ("company.yaml", SmallCompany.Settings + $"embeddings: {{ url: \"http://127.0.0.1:1/v1\", model: minilm{inside} }}\n"),
            ("authority.yaml", $"version: 1\nrules: []\n{flows}\n"));
        using var data = new TempFolder();
        var vectors = LoadedCompany.Load(folder.Path, data.Path, _ => null).Vectors;
        Assert.Equal((tellsLabelled, tellsPlain), (vectors.MayBeTold(["customer-data"]), vectors.MayBeTold([])));
    }

    [Theory]
    [InlineData("embeddings: { model: m }", "'url' is missing.")]
    [InlineData("embeddings: { url: \"ftp://x\", model: m }", "'url' must be an http or https address, such as http://127.0.0.1:11434/v1.")]
    [InlineData("embeddings: { url: \"http://x\", model: \"\" }", "'model' must not be empty.")]
    [InlineData("embeddings: { url: \"http://x\", model: m, key: sk-123 }", "A key does not belong in a file that people keep in git: write ${NAME} and set NAME in the environment.")]
    [InlineData("embeddings: { url: \"http://x\", model: m, key: \"${MISSING}\" }", "The environment variable MISSING is not set.")]
    [InlineData("embeddings: { url: \"http://x\", model: m, dimensions: 0 }", "'dimensions' must be a whole number from 1 to 16000.")]
    [InlineData("embeddings: { url: \"http://x\", model: m, timeout: 1d }", "'timeout' must be from 1s to 10m.")]
    [InlineData("memory: { vectors: { tenant: a } }", "'vectors' must name either 'qdrant' or 'pgvector': without 'vectors' they are searched in the process.")]
    [InlineData("memory: { vectors: { qdrant: \"http://x\", pgvector: store, tenant: a } }", "'vectors' must name either 'qdrant' or 'pgvector': without 'vectors' they are searched in the process.")]
    [InlineData("memory: { vectors: { pgvector: \"Host=db;Password=x\", tenant: a } }", "A connection, which may hold a password, does not belong in a file that people keep in git: write ${NAME} and set NAME in the environment.")]
    [InlineData("memory: { vectors: { pgvector: store, tenant: a } }", "'tenant' is for a database of others: the store's own holds this company's vectors and no others.")]
    [InlineData("memory: { vectors: { pgvector: store, key: \"${K}\" } }", "'key' is Qdrant's: a password for PostgreSQL stands in the connection, which ${NAME} takes from the environment.")]
    [InlineData("memory: { vectors: { pgvector: \"${MISSING}\", tenant: a } }", "The environment variable MISSING is not set.")]
    [InlineData("memory: { vectors: { pgvector: \"${K}\" } }", "'tenant' must say whose vectors these are there: another deployment of the same company, such as one for tests, needs another.")]
    [InlineData("memory: { vectors: { qdrant: here, tenant: t } }", "'qdrant' must be an http or https address, such as http://127.0.0.1:6333.")]
    [InlineData("memory: { vectors: { qdrant: \"http://x\", tenant: \" \" } }", "'tenant' must say whose vectors these are there: another deployment of the same company, such as one for tests, needs another.")]
    [InlineData("memory: { vectors: { qdrant: \"http://x\" } }", "'tenant' must say whose vectors these are there: another deployment of the same company, such as one for tests, needs another.")]
    [InlineData("memory: { vectors: { qdrant: \"http://x\", tenant: t, key: secret } }", "A key does not belong in a file that people keep in git: write ${NAME} and set NAME in the environment.")]
    public void What_is_wrong_about_vectors_is_said_with_its_line(string line, string message)
    {
        using var folder = SmallCompany.Make(("company.yaml", SmallCompany.Settings + line + "\n"));
        using var data = new TempFolder();
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, data.Path, name => name == "K" ? "Host=db;Password=sesame" : null)).Faults);
        Assert.Equal(("company.yaml", 4, message), (fault.Place.File, fault.Place.Line, fault.Message));
    }

    [Fact]
    public void Keys_and_the_tenant_come_from_where_they_should_and_are_never_shown()
    {
        using var folder = SmallCompany.Make(("company.yaml", SmallCompany.Settings + "embeddings: { url: \"http://x/v1\", model: m, key: \"${K}\", dimensions: 384 }\nmemory: { vectors: { qdrant: \"http://q:6333\", tenant: small, key: \"${Q}\" } }\n"));
        using var data = new TempFolder();
        var vectors = LoadedCompany.Load(folder.Path, data.Path, name => name switch { "K" => "open sesame", "Q" => "close sesame", _ => null }).Vectors;
        var qdrant = Assert.IsType<VectorHome.Qdrant>(vectors.Home);
        Assert.Equal(("open sesame", 384, "close sesame", "small"), (vectors.Embeddings!.Key, vectors.Embeddings.Dimensions!.Value, qdrant.Key, qdrant.Tenant));
        Assert.DoesNotContain("sesame", vectors.Embeddings.ToString() + qdrant, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_of_vectors_is_the_stores_own_or_one_whose_connection_is_never_shown()
    {
        Assert.Equal(new VectorHome.Pgvector(null, "store") { Timeout = TimeSpan.FromSeconds(5) }, HomeOf("{ pgvector: store, timeout: 5s }"));
        var other = Assert.IsType<VectorHome.Pgvector>(HomeOf("{ pgvector: \"${V}\", tenant: small }"));
        Assert.Equal(("Host=db;Database=vectors;Password=sesame", "small"), (other.Connection, other.Tenant));
        Assert.DoesNotContain("sesame", other.ToString(), StringComparison.Ordinal);
        Assert.Equal("sesame", other.Secret);

        static VectorHome HomeOf(string vectors)
        {
            using var folder = SmallCompany.Make(("company.yaml", SmallCompany.Settings + $"memory: {{ vectors: {vectors} }}\n"));
            using var data = new TempFolder();
            return LoadedCompany.Load(folder.Path, data.Path, name => name == "V" ? "Host=db;Database=vectors;Password=sesame" : null).Vectors.Home;
        }
    }

    [Theory]
    [InlineData("not a connection")]
    [InlineData("Database=vectors;Password=sesame")]
    public void A_connection_that_names_no_database_is_refused_and_not_repeated(string connection)
    {
        using var folder = SmallCompany.Make(("company.yaml", SmallCompany.Settings + "memory: { vectors: { pgvector: \"${V}\", tenant: small } }\n"));
        using var data = new TempFolder();
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, data.Path, name => name == "V" ? connection : null)).Faults);
        Assert.Equal("company.yaml:4:32", fault.Place.ToString());
        Assert.DoesNotContain(connection, fault.Message, StringComparison.Ordinal);
    }

    private static async Task<(string Id, JsonElement? Related)> PostAsync(HttpClient client, string goal)
    {
        using var reply = await client.PostAsJsonAsync("/api/workflows", new { goal });
        Assert.Equal(HttpStatusCode.Created, reply.StatusCode);
        var submitted = await reply.Content.ReadFromJsonAsync<JsonElement>();
        return (submitted.GetProperty("id").GetString()!, submitted.TryGetProperty("related", out var related) ? related : null);
    }

    private static async Task<WorkflowId> SubmitAsync(ApiUnderTest api, string goal, string person = "jana") =>
        Assert.IsType<SubmitResult.Created>(await api.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest(goal, person, "bundle"), CancellationToken.None)).Workflow;

    private static async Task AppendAsync(ApiUnderTest api, WorkflowId workflow, params WorkflowEvent[] events) => Assert.IsType<OutsideResult.Appended>(
        await api.Get<IWorkflowOutside>().AppendAsync(workflow, _ => new OutsideDecision.Append([.. events]), Actor.Manager, CancellationToken.None));
}
