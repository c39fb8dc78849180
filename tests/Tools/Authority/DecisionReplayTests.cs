using AiManager.Contracts;
using AiManager.Host;

namespace AiManager.Tools.Tests;

/// <summary>
/// A decision can be made again. The journal of a whole procurement run and the policy that it ran under are kept side by side; from the events before it, and
/// the facts that it pinned, every decision comes out as it was written, on a digest of the same request.
/// </summary>
public sealed class DecisionReplayTests
{
    [Fact]
    public void Every_decision_of_a_run_comes_out_again_from_its_journal()
    {
        var (policy, catalog) = Recorded();
        var journal = Journal().ToList();
        var id = PrefixedId.TryRead<WorkflowId>(journal[0].Stream, out var found) ? found : throw new InvalidOperationException(journal[0].Stream);

        var replayed = Replay(policy, catalog, id, journal.Select(j => j.Fact));

        Assert.Equal(27, journal.Count(j => j.Fact.Event is CallDecided));
        Assert.Equal(27, replayed.Count);
    }

    [Fact]
    public async Task Decisions_of_every_kind_come_out_again()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, """
            version: 1
            rules:
              - { id: small, effect: allow, effects: [spend, observe], when: facts.total <= 500 || tool.readOnly }
              - { id: large, effect: ask, tools: [erp.order], when: facts.total > 500, approvers: { role: lead } }
              - { id: cap, effect: transform, tools: [erp.order], when: goal.requester == "jana" && task.risk == "high", change: [ { arg: quantity, atMost: 40 } ] }
              - { id: stale, effect: defer, tools: [erp.order], when: args.quantity == 7 }
              - { id: banned, effect: deny, tools: [erp.order], when: 'args.supplier == "shady"' }
              - { id: later, effect: deny, mode: shadow, effects: [spend] }
            """);
        foreach (var call in new[] { shop.Order(1), shop.Order(45), shop.Order(100), shop.Order(7), shop.Order(1, supplier: "shady"), shop.Call("erp.prices", "{}"), shop.Call("erp.nothing", "{}") })
        {
            await shop.CallAsync(call);
        }

        var replayed = Replay(shop.Policy, shop.Catalog, shop.Log.State.Id, shop.Log.Events.Select((e, i) => new Recorded(0, i + 1, shop.Time.Now, Actor.System, e)));

        Assert.Equal([Effect.Allow, Effect.Transform, Effect.Ask, Effect.Defer, Effect.Deny], replayed.Take(5));
    }

    private static List<Effect> Replay(Policy policy, Catalog catalog, WorkflowId id, IEnumerable<Recorded> journal)
    {
        var (state, replayed) = (WorkflowFold.Start(id), new List<Effect>());
        foreach (var recorded in journal)
        {
            if (recorded.Event is CallDecided { Policy: { } said } decided)
            {
                Assert.Equal(policy.Hash, decided.PolicyHash);
                var (decision, request) = Again(policy, catalog.Find(state.Calls[decided.Call].Proposed.Tool)!, state, decided, said.Now);
                Assert.Equal((said.Effect, string.Join(',', said.Rules), said.Request), (decision.Effect, string.Join(',', decision.Rules), request.Digest()));
                Assert.True(decided.Effect <= said.Effect, "A budget makes a decision stricter, never milder.");
                replayed.Add(said.Effect);
            }

            state = WorkflowFold.Apply(state, recorded);
        }

        return replayed;
    }

    private static (PolicyDecision Decision, AuthorityRequest Request) Again(Policy policy, Tool tool, WorkflowState state, CallDecided decided, DateTimeOffset now)
    {
        var call = state.Calls[decided.Call];
        if (call.Changed is not { } changed)
        {
            var only = Request(call.Proposed.Args, decided.Facts);
            return (policy.Decide(only), only);
        }

        var first = policy.Decide(Request(call.Proposed.Args, changed.Facts));
        var second = Request(changed.Args, decided.Facts);
        return (policy.DecideAnew(first, second), second);

        AuthorityRequest Request(JsonText args, JsonText facts) => new(
            tool.Name,
            tool.Traits,
            call.Proposed.Agent,
            WhenValue.FromJson(args.ToElement()),
            FactsReading.Read(tool.FactsType, facts),
            call.Proposed.Task is { } id ? state.Task(id)?.Task : null,
            state.Submitted,
            state.Agreed?.Playbook,
            now)
        {
            ArgsJson = args,
            History = CallHistory.Of(state, decided.Call),
        };
    }

    private static (Policy Policy, Catalog Catalog) Recorded()
    {
        var kept = Path.Combine(KeptJournals.Folder, "procurement-run.v2.company");
        var bundle = Shop.Bundle(File.ReadAllText(Path.Combine(kept, "tools.yaml")), File.ReadAllText(Path.Combine(kept, "authority.yaml")));
        var reader = new ConfigReader();
        var catalog = new CatalogBinder(new SqliteProvider(), _ => Path.Combine(KeptJournals.Folder, "no-world.db"), new ManualTime(), TimeZoneInfo.Utc, new CrashDouble(), reader).Bind(bundle);
        var policy = Policy.Bind(bundle, CompanyTools.Governed(catalog), new DirectoryDouble([.. catalog.Tools.Select(t => t.Name)]), reader);
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        return (policy, catalog);
    }

    private static IEnumerable<(string Stream, Recorded Fact)> Journal() =>
        KeptJournals.Read("procurement-run.v2.jsonl").Where(s => s.Stream.StartsWith("wf_", StringComparison.Ordinal)).Select(s => (s.Stream, EventCodec.Decode(s)));
}
