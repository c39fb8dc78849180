using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.Host.Tests;

/// <summary>A clerk who looks things up, from the company's files to the accepted deliverable, with the real gate and the scripted model.</summary>
public sealed class KnowledgeRunTests
{
    private const string Authority =
        """
        version: 1
        rules:
          - { id: look-up, effect: allow, agents: [clerk], tools: [knowledge.search] }
        """;

    private const string Scripts =
        """
        rules:
          - name: outline
            when: { step: outline }
            reply: { json: { tasks: [ { key: answer, title: When is a refund paid, skill: answering, needs: [], risk: low } ] } }
          - name: detail
            when: { step: detail }
            reply: { json: { instruction: Say within how many days a refund is paid., tools: [knowledge.search], deliverable: { type: object, required: [answer], properties: { answer: { type: string }, source: { type: string }, quote: { type: string } } } } }
          - name: mended
            when: { step: act, feedback: "does not say" }
            reply: { json: { answer: Within 14 days., source: $knowledge.0.source, quote: is paid within fourteen days } }
          - name: misquoted
            when: { step: act, context: { knowledge.0.source: knowledge/refunds.md } }
            reply: { json: { answer: Within 30 days., source: $knowledge.0.source, quote: is paid within thirty days } }
          - name: review
            when: { step: review }
            reply: { json: { accepted: true, reasons: [] } }
        """;

    private static readonly (string, string)[] Files =
    [
        ("authority.yaml", Authority),
        ("people.yaml", "people:\n  - { id: jana, name: Jana, roles: [operator] }\n"),
        ("agents/clerk.md", "---\nname: clerk\nskills: [answering]\ntools: [knowledge.search]\n---\nYou answer.\n"),
        ("playbooks/answer.md", "---\nname: answer\noutcome: The question has an answer.\nacceptance:\n  - { review: It is answered. }\n---\nAnswer it.\n"),
        ("scripts/all.yaml", Scripts),
        ("knowledge/refunds.md", "---\nowner: jana\napprovedBy: jana\n---\n# Refunds\n\nA refund is paid within fourteen days.\n"),
        ("knowledge/old.md", "---\napprovedBy: jana\nvalidUntil: 2020-01-01\n---\n# Refunds\n\nA refund is paid within thirty days.\n"),
        ("knowledge/private.md", "---\napprovedBy: jana\naudience: [counsel]\n---\n# Refunds\n\nA refund is paid within ninety days when we are sued.\n"),
    ];

    [Fact]
    public async Task What_is_known_is_in_the_brief_and_a_misquotation_is_sent_back()
    {
        using var folder = SmallCompany.Make(Files);
        using var data = new TempFolder();
        var loaded = LoadedCompany.Load(folder.Path, data.Path, _ => null);
        await using var store = SqliteStore.Open(data.Path, new SqliteStoreOptions());
        await using var services = new ServiceCollection().AddLogging().AddDeployment(loaded, store, NoCrashPoints.Instance).BuildServiceProvider();
        var desk = services.GetRequiredService<WorkflowDesk>();
        var created = Assert.IsType<SubmitResult.Created>(await desk.SubmitAsync(new SubmitRequest("When is a refund paid?", "jana", loaded.Bundle.Hash) { Playbook = "answer" }, CancellationToken.None));
        await services.GetRequiredService<WorkflowLoop>().RunUntilIdleAsync(created.Workflow, CancellationToken.None);

        var workflow = (await desk.FindAsync(created.Workflow, CancellationToken.None))!;
        Assert.True(workflow.State.Status == WorkflowStatus.Completed, workflow.State.Ending);
        var reviews = workflow.Events.Select(e => e.Event).OfType<DeliverableReviewed>().ToList();
        Assert.Equal([false, true], reviews.Select(r => r.Accepted));
        Assert.Equal(["knowledge/refunds.md does not say “is paid within thirty days”."], reviews[0].Reasons.AsEnumerable());
        var call = Assert.Single(workflow.State.Calls.Values, c => c.Proposed.Tool == Citations.Tool);
        Assert.Equal(["look-up"], call.Decided!.Rules.AsEnumerable());
        Assert.All(Citations.Passages(call.Settled!.Result), p => Assert.Equal("knowledge/refunds.md", p.Source));
    }

    [Theory]
    [InlineData("---\nowner: jana\napprovedBy: jana\nvalidUntil: 2020-01-01\n---\n# Refunds\n\nA refund is paid within fourteen days.\n", "knowledge/refunds.md does not hold any more: look up what does.")]
    [InlineData("---\nowner: jana\napprovedBy: jana\n---\n# Refunds\n\nA refund is paid within fourteen days, from January on within seven.\n", "knowledge/refunds.md has been changed since it was found: look it up again.")]
    public async Task An_article_that_expires_or_is_changed_while_an_answer_is_in_the_making_reaches_no_answer(string now, string reason)
    {
        var scripts = Scripts.Replace("is paid within thirty days", "is paid within fourteen days", StringComparison.Ordinal);
        using var folder = SmallCompany.Make([.. Files, ("scripts/all.yaml", scripts)]);
        using var later = SmallCompany.Make([.. Files, ("knowledge/refunds.md", now)]);
        using var data = new TempFolder();
        var (loaded, afterwards) = (LoadedCompany.Load(folder.Path, data.Path, _ => null), LoadedCompany.Load(later.Path, data.Path, _ => null));
        await using var store = SqliteStore.Open(data.Path, new SqliteStoreOptions());
        await using var services = new ServiceCollection().AddLogging().AddDeployment(loaded, store, NoCrashPoints.Instance)
            .AddSingleton(new KnowledgeInForce(afterwards.Knowledge, TimeZoneInfo.Utc)).BuildServiceProvider();
        var desk = services.GetRequiredService<WorkflowDesk>();
        var created = Assert.IsType<SubmitResult.Created>(await desk.SubmitAsync(new SubmitRequest("When is a refund paid?", "jana", loaded.Bundle.Hash) { Playbook = "answer" }, CancellationToken.None));
        await services.GetRequiredService<WorkflowLoop>().RunUntilIdleAsync(created.Workflow, CancellationToken.None);

        var workflow = (await desk.FindAsync(created.Workflow, CancellationToken.None))!;
        Assert.NotEqual(WorkflowStatus.Completed, workflow.State.Status);
        var reviews = workflow.Events.Select(e => e.Event).OfType<DeliverableReviewed>().ToList();
        Assert.NotEmpty(reviews);
        Assert.All(reviews, r => Assert.Equal((false, reason), (r.Accepted, Assert.Single(r.Reasons))));
    }

    [Fact]
    public void A_PDF_is_refused_with_what_to_do()
    {
        using var folder = SmallCompany.Make(("knowledge/handbook.pdf", "%PDF-1.7"));
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);
        Assert.Equal("knowledge/handbook.pdf:1:1", fault.Place.ToString());
        Assert.Contains("Save it as text", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Front_matter_that_cannot_be_names_its_place()
    {
        using var folder = SmallCompany.Make(("knowledge/a.html", "---\napprovedBy: jana\nvalidUntil: tomorrow\nexpires: 2d\n---\n<p>Text.</p>\n"));
        using var data = new TempFolder();
        var faults = Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, data.Path, _ => null)).Faults;
        Assert.Equal(["knowledge/a.html:4:1", "knowledge/a.html:3:13"], faults.Select(f => f.Place.ToString()));
    }
}
