using AiManager.Memory;
using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary>Rules that were agreed in advance: proposed, confirmed by somebody else, kept when the folder says nothing of them.</summary>
public sealed class StandingRulesTests : IDisposable
{
    private static readonly JsonText Rule = JsonText.Parse(
        """{"id":"standing-1","effect":"allow","agents":["buyer"],"tools":["erp.order"],"answers":["large"],"validUntil":"2099-01-01T00:00:00Z","limits":[{"arg":"supplier","oneOf":["a \"b\" 5","007"]}],"when":"args.total <= 500"}""");

    private const string Never = "  - { id: never, effect: deny, tools: [erp.order], when: args.total > 300 }";

    private const string NeverTest = "\n  - { name: beyond, call: { agent: buyer, tool: erp.order, args: { supplier: acme, total: 400 } }, expect: deny }\n";

    private static readonly RuleProposal Wanted = new(Rule, "petra", Caller.Api, null, []);

    private readonly TempFolder _data = new();
    private readonly SqliteStore _store;
    private readonly CompanyStream _stream;
    private readonly LoadedCompany _company = ControlledCompany.Load();

    public StandingRulesTests()
    {
        _store = SqliteStore.Open(_data.Path, new SqliteStoreOptions());
        _stream = new CompanyStream(_store.Journal, _store.Envelopes, TimeProvider.System);
    }

    [Fact]
    public void Rules_are_added_one_by_one_and_read_as_they_were_written()
    {
        var second = JsonText.Parse(Rule.Text.Replace("standing-1", "standing-2", StringComparison.Ordinal));
        var two = StandingRules.With(StandingRules.With(_company.Bundle, Rule), second);
        var company = _company.Other(two);
        Assert.Empty(BundleReview.Of(company, company, TimeProvider.System).Failures);
        var rules = Assert.IsType<ConfigNode.List>(two.Documents[CompanyTools.StandingFile]["rules"]);
        Assert.Equal([CanonicalJson.Of(Rule), CanonicalJson.Of(second)], rules.Items.Select(r => CanonicalJson.Of(ConfigReader.Json(r))));
    }

    [Fact]
    public async Task It_takes_effect_when_a_second_person_confirms_it_also_behind_another_change_and_the_folder_keeps_it()
    {
        await SettleAsync(_company, null);
        var change = await ProposeAsync(_company);
        Assert.Equal(Rule, change.Proposed.Rule);
        Assert.DoesNotContain(CompanyTools.StandingFile, _stream.State.Files.Keys);

        var narrower = ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50)));
        await SettleAsync(narrower, null);
        Assert.IsType<ChangeResult.Forbidden>(await Desk(narrower).ConfirmAsync(change.Proposed.Change, "petra", Caller.Api, null, CancellationToken.None));
        Assert.Contains("look again", Assert.IsType<ChangeResult.Conflict>(await Desk(narrower).ConfirmAsync(change.Proposed.Change, "carla", Caller.Api, null, CancellationToken.None)).Reason, StringComparison.Ordinal);
        Assert.Equal((_company.Bundle.Hash, narrower.Bundle.Hash), (change.Proposed.Base, _stream.State.Changes[change.Proposed.Change].Base));
        Assert.IsType<ChangeResult.Done>(await Desk(narrower).ConfirmAsync(change.Proposed.Change, "carla", Caller.Api, null, CancellationToken.None));
        var files = _stream.State.Files;
        Assert.Contains(CompanyTools.StandingFile, files.Keys);

        var again = await SettleAsync(narrower, null);
        Assert.Equal((files, again.Active.Hash), (_stream.State.Files, again.Folder));
        await SettleAsync(ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50)), (CompanyTools.StandingFile, "rules: []\n")), null);
        Assert.NotEqual(files, _stream.State.Files);
    }

    [Fact]
    public async Task What_it_lets_through_is_compared_with_what_is_in_force_when_it_is_decided_and_nobody_confirms_what_they_were_not_shown()
    {
        // While nothing above 300 is ordered at all, a rule up to 500 lets little through; it lets more through once that deny is gone.
        var strict = ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(100, Never).TrimEnd() + NeverTest));
        await SettleAsync(strict, null);
        var id = (await ProposeAsync(strict)).Proposed.Change;
        await SettleAsync(_company, "petra");
        await Desk(strict).ConfirmAsync(_stream.State.Changes.Values.Single(c => c.Proposed.Rule is null).Proposed.Change, "carla", Caller.Api, null, CancellationToken.None);
        Assert.Equal(_company.Bundle.Hash, _stream.State.Bundle);

        Assert.Contains("look again", Assert.IsType<ChangeResult.Conflict>(await Desk(_company).ConfirmAsync(id, "carla", Caller.Api, null, CancellationToken.None)).Reason, StringComparison.Ordinal);
        var compared = _stream.State.Changes[id];
        Assert.Equal((null, _company.Bundle.Hash), (compared.Verdict, compared.Base));
        Assert.DoesNotContain(CompanyTools.StandingFile, _stream.State.Files.Keys);
        var wanted = BundleReview.Of(_company, _company.Other(StandingRules.With(_company.Bundle, Rule)), TimeProvider.System).Widenings;
        Assert.Equal(wanted, compared.Widenings.Skip(1));
        Assert.Equal(compared.Widenings.AsEnumerable(), ChangeResource.Of(compared).Widenings);

        var done = Assert.IsType<ChangeResult.Done>(await Desk(_company).ConfirmAsync(id, "carla", Caller.Api, null, CancellationToken.None)).Change;
        Assert.Equal(_company.Bundle.Hash, done.Base);
    }

    [Fact]
    public async Task A_host_that_is_behind_proposes_for_what_is_in_force()
    {
        await SettleAsync(_company, null);
        var narrower = ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50)));
        await SettleAsync(narrower, null);
        var change = await ProposeAsync(_company);
        Assert.Equal((narrower.Bundle.Hash, "api"), (change.Base, change.Proposed.Via));
        Assert.IsType<ChangeResult.Done>(await Desk(narrower).ConfirmAsync(change.Proposed.Change, "carla", Caller.Api, null, CancellationToken.None));
    }

    [Fact]
    public async Task The_rule_of_one_approval_is_proposed_once_whoever_drafts_it_when()
    {
        await SettleAsync(_company, null);
        var first = await ProposeAsync(_company);
        var later = Wanted with { Rule = JsonText.Parse(Rule.Text.Replace("2099-01-01", "2099-01-02", StringComparison.Ordinal)) };
        Assert.Equal(first, (await Desk(_company).ProposeRuleAsync(later, CancellationToken.None)).Change);
        Assert.IsType<ChangeResult.Done>(await Desk(_company).RejectAsync(first.Proposed.Change, "carla", Caller.Api, "No.", CancellationToken.None));
        Assert.Equal(first.Proposed.Change, (await Desk(_company).ProposeRuleAsync(later, CancellationToken.None)).Change?.Proposed.Change);
        Assert.Single(_stream.State.Changes);
    }

    [Fact]
    public async Task Where_nobody_confirms_or_the_tests_say_otherwise_there_is_no_standing_rule()
    {
        var uncontrolled = ControlledCompany.Load(("company.yaml", SmallCompany.Settings));
        await SettleAsync(uncontrolled, null);
        Assert.Contains("changeControl", (await Desk(uncontrolled).ProposeRuleAsync(Wanted, CancellationToken.None)).Hindrance, StringComparison.Ordinal);
        var free = JsonText.Parse(Rule.Text.Replace(""","limits":[{"arg":"supplier","oneOf":["a \"b\" 5","007"]}]""", string.Empty, StringComparison.Ordinal));
        Assert.Contains("'above' expects ask and gets allow", Desk(_company).WhyNoRule(free), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rules: [ { id: x, effect: deny, tools: [erp.order] } ]", "Every other rule stands in authority.yaml")]
    [InlineData("rules: [ { id: x, effect: allow, tools: [erp.order] } ]", "answers asks")]
    [InlineData("rules: [ { id: small, effect: allow, tools: [erp.order], answers: [large], validUntil: \"2099-01-01T00:00:00Z\" } ]", "is taken already")]
    [InlineData("lists: {}", "Known here: rules")]
    public void Other_rules_do_not_stand_there(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigException>(() => ControlledCompany.Load((CompanyTools.StandingFile, text + "\n"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task An_earlier_configuration_is_bound_for_what_began_under_it_and_todays_own_where_it_decides_alike()
    {
        await SettleAsync(_company, null);
        var narrower = ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50)));
        await SettleAsync(narrower, null);
        var earlier = new EarlierConfigurations(_stream, _store.Blobs, narrower);
        var found = await earlier.FindAsync(_company.Bundle.Hash, CancellationToken.None);
        Assert.Equal(_company.Tools.PolicyHash, found?.PolicyHash);
        Assert.Same(found, await earlier.FindAsync(_company.Bundle.Hash, CancellationToken.None));
        Assert.Null(await earlier.FindAsync("never", CancellationToken.None));

        var renamed = ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50)), ("knowledge/notes.md", "Notes.\n"));
        Assert.Same(renamed.Tools, await new EarlierConfigurations(_stream, _store.Blobs, renamed).FindAsync(narrower.Bundle.Hash, CancellationToken.None));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _data.Dispose();
    }

    private async Task<ChangeState> ProposeAsync(LoadedCompany company)
    {
        var (change, hindrance) = await Desk(company).ProposeRuleAsync(Wanted, CancellationToken.None);
        Assert.Null(hindrance);
        return change!;
    }

    private ChangeDesk Desk(LoadedCompany company) => new(_stream, _store.Blobs, company);

    private Task<Standing> SettleAsync(LoadedCompany company, string? by) =>
        Standing.SettleAsync(company.Bundle, activates: true, _company.Other, _stream, _store.Blobs, CancellationToken.None, by);
}
