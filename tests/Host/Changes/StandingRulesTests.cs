using AiManager.Memory;
using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary>Rules that were agreed in advance: proposed, confirmed by somebody else, kept when the folder says nothing of them.</summary>
public sealed class StandingRulesTests : IDisposable
{
    private static readonly JsonText Rule = JsonText.Parse(
        """{"id":"standing-1","effect":"allow","agents":["buyer"],"tools":["erp.order"],"answers":["large"],"validUntil":"2099-01-01T00:00:00Z","limits":[{"arg":"supplier","oneOf":["a \"b\" 5","007"]}],"when":"args.total <= 500"}""");

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
        var (change, hindrance) = await Desk(_company).ProposeRuleAsync(Rule, "petra", null, CancellationToken.None);
        Assert.Null(hindrance);
        Assert.Equal(Rule, change!.Proposed.Rule);
        Assert.DoesNotContain(CompanyTools.StandingFile, _stream.State.Files.Keys);

        var narrower = ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50)));
        await SettleAsync(narrower, null);
        Assert.IsType<ChangeResult.Forbidden>(await Desk(narrower).ConfirmAsync(change.Proposed.Change, "petra", null, CancellationToken.None));
        Assert.IsType<ChangeResult.Done>(await Desk(narrower).ConfirmAsync(change.Proposed.Change, "carla", null, CancellationToken.None));
        var files = _stream.State.Files;
        Assert.Contains(CompanyTools.StandingFile, files.Keys);

        var again = await SettleAsync(narrower, null);
        Assert.Equal((files, again.Active.Hash), (_stream.State.Files, again.Folder));
        await SettleAsync(ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50)), (CompanyTools.StandingFile, "rules: []\n")), null);
        Assert.NotEqual(files, _stream.State.Files);
    }

    [Fact]
    public async Task Where_nobody_confirms_or_the_tests_say_otherwise_there_is_no_standing_rule()
    {
        var uncontrolled = ControlledCompany.Load(("company.yaml", SmallCompany.Settings));
        Assert.Contains("changeControl", (await Desk(uncontrolled).ProposeRuleAsync(Rule, "petra", null, CancellationToken.None)).Hindrance, StringComparison.Ordinal);
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

    private ChangeDesk Desk(LoadedCompany company) => new(_stream, _store.Blobs, company);

    private Task<Standing> SettleAsync(LoadedCompany company, string? by) =>
        Standing.SettleAsync(company.Bundle, activates: true, _company.Other, _stream, _store.Blobs, CancellationToken.None, by);
}
