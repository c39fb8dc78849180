using System.Collections.Immutable;

namespace AiManager.Domain.Tests;

public sealed class CompanyStateTests
{
    [Fact]
    public void The_last_activated_bundle_is_in_force()
    {
        var state = Fold(new BundleActivated("one", ImmutableSortedDictionary<string, string>.Empty), new BundleActivated("two", ImmutableSortedDictionary<string, string>.Empty));
        Assert.Equal("two", state.Bundle);
        Assert.Equal(2, state.Seq);
        Assert.Null(CompanyState.Empty.Bundle);
    }

    [Fact]
    public void A_revoked_key_stays_revoked_whatever_follows()
    {
        var created = new KeyCreated("k1", "petra", [], "hash");
        var state = Fold(created, new KeyCreated("k2", "nora", ["read"], "hash2"), new KeyRevoked("k1"), new KeyRevoked("unknown"), created);
        Assert.True(state.Keys["k1"].IsRevoked);
        Assert.False(state.Keys["k2"].IsRevoked);
        Assert.Equal(2, state.Keys.Count);
        Assert.Equal(Given.Noon.AddSeconds(1), state.Keys["k1"].At);
    }

    [Fact]
    public void A_session_is_there_until_somebody_ends_it_another_replaces_it_or_its_last_day_is_over()
    {
        var state = Fold(new SessionBegun("link", Session: "a"), new SessionBegun("key", "k1", Session: "b"), new SessionBegun("oidc"), new SessionEnded("b"), new SessionEnded(), new SessionBegun("stand-in", As: "petra", Session: "c", Replaces: "a"));
        Assert.Equal(["c"], state.Sessions.Keys);
        var last = state.Sessions["c"];
        Assert.True(last.IsOpen(last.At + SessionState.Longest - TimeSpan.FromTicks(1)));
        Assert.False(last.IsOpen(last.At + SessionState.Longest));
        var later = CompanyState.Apply(state, new Recorded(0, state.Seq + 1, last.At + SessionState.Longest, Actor.Person("jana"), new SessionBegun("link", Session: "d")));
        Assert.Equal(["d"], later.Sessions.Keys);
    }

    [Fact]
    public void What_is_suspended_stays_so_until_it_is_lifted()
    {
        var state = Fold(
            new Suspended("tool", "erp.order", Given.Words("odd orders")),
            new Suspended("agent", "erp.order", new PrivateText("petra", null, "k", "n", "c")),
            new SuspensionLifted("tool", "erp.order"),
            new SuspensionLifted("tool", "never was"));
        Assert.Equal([("agent/erp.order", PrivateText.Erased)], state.Suspensions.Select(s => (s.Key, s.Value.Reason.Words)));
    }

    [Fact]
    public void A_workflow_is_stopped_by_each_that_led_to_it_and_by_agents_that_acted_there_and_by_no_other()
    {
        var (parent, above, top) = (Given.Id<WorkflowId>("parent"), Given.Id<WorkflowId>("above"), Given.Id<WorkflowId>("top"));
        var submitted = new GoalSubmitted(new PrivateText("petra", "Restock."), "petra", null, null, JsonText.EmptyObject, null, null, null, "bundle", parent, 0);
        WorkflowState Of(GoalSubmitted how) => WorkflowFold.Of(Given.Workflow, [Given.At(how, 1)]);
        var child = Of(submitted with { Ancestry = new Ancestry([parent, above, top], ["clerk", "purchaser"]) });
        var told = Of(submitted);
        foreach (var (kind, name, stops, stopsOld) in new[]
        {
            ("workflow", Given.Workflow.ToString(), true, true), ("workflow", parent.ToString(), true, true), ("workflow", above.ToString(), true, false), ("workflow", top.ToString(), true, false),
            ("workflow", Given.Id<WorkflowId>("other").ToString(), false, false), ("agent", "purchaser", true, false), ("agent", "clerk", true, false), ("agent", "analyst", false, false),
            ("tool", "purchaser", false, false), ("all", "*", true, true),
        })
        {
            var company = Fold(new Suspended(kind, name, Given.Words("odd")));
            Assert.Equal(stops ? $"{kind}/{name}" : null, company.StopOf(child)?.Key);
            Assert.Equal(stopsOld ? $"{kind}/{name}" : null, company.StopOf(told)?.Key);
        }

        Assert.Null(CompanyState.Empty.StopOf(child));
    }

    [Fact]
    public void The_last_classification_of_a_tool_holds()
    {
        var state = Fold(new ToolClassified("files.write", "v1", "destructive"), new ToolClassified("files.write", "v2", "idempotent"));
        Assert.Equal(new ToolClassified("files.write", "v2", "idempotent"), state.Classifications["files.write"]);
    }

    [Fact]
    public void Which_version_an_entry_of_a_file_is_about_is_settled_once_and_never_against_a_person()
    {
        var state = Fold(Meant("v1", "entry1"), Meant("v2", "entry1"));
        Assert.Equal("v1", state.Classifications["files.write"].Version);
        Assert.Equal("v3", Fold(Meant("v1", "entry1"), Meant("v3", "entry2")).Classifications["files.write"].Version);
        Assert.Equal("v4", Fold(Meant("v1", "entry1"), new ToolClassified("files.write", "v4", "observe"), Meant("v5", "entry2")).Classifications["files.write"].Version);
    }

    [Fact]
    public void What_a_source_listed_last_is_known_by_its_name()
    {
        var state = Fold(new SourceListed("files", "d1", "sha256-1", 3), new SourceListed("crm", "d2", "sha256-2", 4), new SourceListed("files", "d1", "sha256-3", 5));
        Assert.Equal("sha256-3", state.Listings["files"].Listing);
        Assert.Equal("sha256-2", state.Listings["crm"].Listing);
    }

    [Fact]
    public void Events_of_other_streams_change_nothing_but_the_seq() =>
        Assert.All(EventSamples.Full, sample =>
        {
            var state = CompanyState.Apply(CompanyState.Empty, Given.At(sample, 5));
            Assert.Equal(5, state.Seq);
            if (sample is not (BundleActivated or KeyCreated or ToolClassified or SourceListed or Suspended))
            {
                Assert.Equal(CompanyState.Empty with { Seq = 5 }, state);
            }
        });

    private static ToolClassified Meant(string version, string entry) => new("files.write", version, "observe", Entry: entry);

    [Fact]
    public void A_change_waits_until_it_is_decided_once()
    {
        var change = Given.Id<ChangeId>("change");
        var state = Fold(
            Activated("old"), Proposed(change, "new"), Proposed(change, "another of the same id"), new ChangeDecided(change, ChangeVerdict.Rejected, Given.Words("No.")), new ChangeDecided(change, ChangeVerdict.Confirmed, null));
        var decided = state.Changes[change];
        Assert.Equal(("new", ChangeVerdict.Rejected, "No."), (decided.Proposed.Hash, decided.Verdict, decided.Reason?.Words));
        Assert.Equal("old", state.Bundle);
    }

    [Fact]
    public void Files_that_were_compared_with_something_else_are_superseded_and_a_rule_by_itself_goes_on_waiting()
    {
        var (files, rule) = (Given.Id<ChangeId>("files"), Given.Id<ChangeId>("rule"));
        var state = Fold(Activated("old"), Proposed(files, "new"), Proposed(rule, "more") with { Rule = JsonText.EmptyObject }, Activated("other"));
        Assert.Equal((ChangeVerdict.Superseded, (ChangeVerdict?)null), (state.Changes[files].Verdict, state.Changes[rule].Verdict));
    }

    [Fact]
    public void What_a_change_was_compared_with_last_counts_until_it_is_decided()
    {
        var change = Given.Id<ChangeId>("rule");
        ProposedWidening[] wider = [new("erp.order", "Even more.", true)];
        var state = Fold(Activated("old"), Proposed(change, "more") with { Rule = JsonText.EmptyObject }, Activated("other"), new ChangeCompared(change, "other", [.. wider]));
        Assert.Equal(("other", "old"), (state.Changes[change].Base, state.Changes[change].Proposed.Base));
        Assert.Equal(wider, state.Changes[change].Widenings);
        var late = Fold(Proposed(change, "more"), new ChangeDecided(change, ChangeVerdict.Rejected, null) { Via = "api" }, new ChangeCompared(change, "other", [.. wider]));
        Assert.Equal(("old", "api"), (late.Changes[change].Base, late.Changes[change].DecidedVia));
    }

    [Fact]
    public void What_waits_to_be_said_of_a_tool_is_superseded_by_whatever_else_is_said_of_it_and_not_by_its_own_confirmation()
    {
        var (change, said) = (Given.Id<ChangeId>("tool"), new ToolClassified("files.write", "v1", "observe"));
        var proposed = Proposed(change, "old") with { Classification = said };
        Assert.Equal(ChangeVerdict.Superseded, Fold(Activated("old"), proposed, new ToolClassified("files.write", "v1", "spend")).Changes[change].Verdict);
        Assert.Null(Fold(Activated("old"), proposed, new ToolClassified("files.read", "v1", "spend")).Changes[change].Verdict);
        Assert.Equal(ChangeVerdict.Superseded, Fold(Activated("old"), proposed, Activated("other")).Changes[change].Verdict);
        var confirmed = Fold(Activated("old"), proposed, new ChangeDecided(change, ChangeVerdict.Confirmed, null), said);
        Assert.Equal((ChangeVerdict.Confirmed, said), (confirmed.Changes[change].Verdict, confirmed.Classifications["files.write"]));
    }

    private static BundleActivated Activated(string hash) => new(hash, ImmutableSortedDictionary<string, string>.Empty);

    private static ChangeProposed Proposed(ChangeId change, string hash) =>
        new(change, hash, ImmutableSortedDictionary<string, string>.Empty, "old", [new ProposedWidening("erp.order", "More.", true)], null, null);

    private static CompanyState Fold(params WorkflowEvent[] events) =>
        events.Select((fact, i) => Given.At(fact, i + 1)).Aggregate(CompanyState.Empty, CompanyState.Apply);
}
