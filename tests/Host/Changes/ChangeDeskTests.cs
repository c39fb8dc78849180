using AiManager.Memory;

namespace AiManager.Host.Tests;

/// <summary>What lets more through comes into force by two people, on whichever host they are, and by one of them never.</summary>
public sealed class ChangeDeskTests : IDisposable
{
    private readonly TempFolder _data = new();
    private readonly SqliteStore _store;
    private readonly CompanyStream _stream;
    private readonly LoadedCompany _first = ControlledCompany.Load();

    public ChangeDeskTests()
    {
        _store = SqliteStore.Open(_data.Path, new SqliteStoreOptions());
        _stream = new CompanyStream(_store.Journal, _store.Envelopes, TimeProvider.System);
    }

    [Fact]
    public async Task What_lets_less_through_comes_into_force_at_once_and_what_lets_more_through_waits_for_a_second_person()
    {
        await SettleAsync(_first, null);
        var narrower = ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50)));
        Assert.IsType<Activation.InForce>((await SettleAsync(narrower, null)).Activation);
        Assert.Equal(narrower.Bundle.Hash, _stream.State.Bundle);

        var standing = await SettleAsync(_first, "jana");
        var waits = Assert.IsType<Activation.Waits>(standing.Activation).Change.Proposed;
        Assert.Equal(narrower.Bundle.Hash, standing.Active.Hash);
        Assert.Contains(waits.Change.ToString(), standing.Sentence, StringComparison.Ordinal);
        Assert.Equal("erp.order", Assert.Single(waits.Widenings).About);

        var desk = new ChangeDesk(_stream, _store.Blobs, narrower);
        Assert.IsType<ChangeResult.Forbidden>(await desk.ConfirmAsync(waits.Change, "jana", Caller.Api, null, CancellationToken.None));
        Assert.IsType<ChangeResult.Forbidden>(await desk.ConfirmAsync(waits.Change, "petra", Caller.Api, null, CancellationToken.None));
        Assert.Equal(narrower.Bundle.Hash, _stream.State.Bundle);
        Assert.IsType<ChangeResult.Done>(await desk.ConfirmAsync(waits.Change, "carla", Caller.Api, "Agreed.", CancellationToken.None));
        Assert.Equal(_first.Bundle.Hash, _stream.State.Bundle);
        Assert.Equal((ChangeVerdict.Confirmed, "Agreed."), (_stream.State.Changes[waits.Change].Verdict, _stream.State.Changes[waits.Change].Reason?.Words));
        Assert.IsType<ChangeResult.Conflict>(await new ChangeDesk(_stream, _store.Blobs, _first).RejectAsync(waits.Change, "carla", Caller.Api, null, CancellationToken.None));
    }

    [Fact]
    public async Task A_host_by_itself_proposes_nothing_and_says_what_to_do()
    {
        await SettleAsync(_first, null);
        var standing = await SettleAsync(Wider(200), null);
        Assert.NotEmpty(Assert.IsType<Activation.NeedsAuthor>(standing.Activation).Widenings);
        Assert.Contains("activate --as PERSON", standing.Sentence, StringComparison.Ordinal);
        Assert.Equal((_first.Bundle.Hash, 0), (_stream.State.Bundle, _stream.State.Changes.Count));
    }

    [Fact]
    public async Task What_does_not_pass_its_own_tests_is_neither_activated_nor_proposed()
    {
        await SettleAsync(_first, null);
        var untested = ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50).Replace("expect: ask", "expect: deny", StringComparison.Ordinal)));
        Assert.IsType<Activation.Untested>((await SettleAsync(untested, "jana")).Activation);
        Assert.Equal(_first.Bundle.Hash, _stream.State.Bundle);
    }

    [Fact]
    public async Task Taking_change_control_away_takes_a_second_person_too()
    {
        await SettleAsync(_first, null);
        var uncontrolled = ControlledCompany.Load(("company.yaml", SmallCompany.Settings), ("authority.yaml", ControlledCompany.Authority(5000)));
        Assert.IsType<Activation.Waits>((await SettleAsync(uncontrolled, "jana")).Activation);
        Assert.Equal(_first.Bundle.Hash, _stream.State.Bundle);
    }

    [Fact]
    public async Task The_same_files_are_one_proposal_and_it_is_superseded_when_something_else_comes_into_force()
    {
        await SettleAsync(_first, null);
        var id = await ProposedAsync(Wider(200), "jana");
        Assert.Equal(id, await ProposedAsync(Wider(200), "carla"));
        await SettleAsync(ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50))), null);
        Assert.Equal(ChangeVerdict.Superseded, _stream.State.Changes[id].Verdict);
        var desk = new ChangeDesk(_stream, _store.Blobs, ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(50))));
        Assert.Contains("propose it again", Assert.IsType<ChangeResult.Conflict>(await desk.ConfirmAsync(id, "carla", Caller.Api, null, CancellationToken.None)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_who_decide_at_once_on_two_hosts_one_is_first_and_the_other_is_told()
    {
        await SettleAsync(_first, null);
        var id = await ProposedAsync(Wider(200), "petra");
        using var elsewhere = new CompanyStream(_store.Journal, _store.Envelopes, TimeProvider.System);
        var results = await Task.WhenAll(
            new ChangeDesk(_stream, _store.Blobs, _first).ConfirmAsync(id, "jana", Caller.Api, null, CancellationToken.None),
            new ChangeDesk(elsewhere, _store.Blobs, _first).RejectAsync(id, "carla", Caller.Api, "No.", CancellationToken.None));
        Assert.Single(results.OfType<ChangeResult.Done>());
        Assert.Single(results.OfType<ChangeResult.Conflict>());
    }

    [Fact]
    public async Task The_author_may_take_it_back_and_a_host_that_is_behind_decides_nothing()
    {
        await SettleAsync(_first, null);
        var id = await ProposedAsync(Wider(200), "petra");
        Assert.IsType<ChangeResult.Conflict>(await new ChangeDesk(_stream, _store.Blobs, Wider(300)).ConfirmAsync(id, "carla", Caller.Api, null, CancellationToken.None));
        var desk = new ChangeDesk(_stream, _store.Blobs, _first);
        Assert.IsType<ChangeResult.Done>(await desk.RejectAsync(id, "petra", Caller.Api, null, CancellationToken.None));
        Assert.IsType<ChangeResult.Unknown>(await desk.RejectAsync(default, "petra", Caller.Api, null, CancellationToken.None));
        Assert.IsType<ChangeResult.Invalid>(await desk.RejectAsync(id, "petra", Caller.Api, new string('x', ChangeDesk.LongestReason + 1), CancellationToken.None));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _data.Dispose();
    }

    private static LoadedCompany Wider(int limit) => ControlledCompany.Load(("authority.yaml", ControlledCompany.Authority(limit)));

    private async Task<ChangeId> ProposedAsync(LoadedCompany company, string by) => Assert.IsType<Activation.Waits>((await SettleAsync(company, by)).Activation).Change.Proposed.Change;

    private Task<Standing> SettleAsync(LoadedCompany company, string? by) =>
        Standing.SettleAsync(company.Bundle, activates: true, _first.Other, _stream, _store.Blobs, CancellationToken.None, by);
}
