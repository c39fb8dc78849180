using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>
/// The seven kinds of tampering, each by SQL in the real database. Five the journal finds by itself; a history that is sound in itself but is not the one that was,
/// only a seal that was kept elsewhere shows.
/// </summary>
public abstract class TamperingContract : StoreContract
{
    private const int Length = 8;

    [Fact]
    public async Task Flip()
    {
        var events = await WrittenAsync();
        await Store.EditAsync(events[3].Position, "payload", payload => ((byte[])payload).Select((b, i) => i == 0 ? (byte)(b ^ 1) : b).ToArray());
        Assert.Equal(4, (await VerifyAsync()).Seq);
    }

    [Fact]
    public async Task Drop()
    {
        var events = await WrittenAsync();
        await Store.TamperAsync($"delete from events where position = {events[3].Position}");
        Assert.Equal(5, (await VerifyAsync()).Seq);
    }

    [Fact]
    public async Task Insert()
    {
        var events = await WrittenAsync();
        var last = events[^1];
        var tie = Store.TiesStreamsTogether ? ", order_hash" : "";
        await Store.TamperAsync($"insert into events select position + 1, stream, seq + 1, type, schema_version, at, actor, cause, payload, hash, hash{tie} from events where position = {last.Position}");
        var forged = last with { Position = last.Position + 1, Seq = last.Seq + 1, PrevHash = last.Hash };
        await Store.EditAsync(forged.Position, "hash", _ => EventHash.Of(forged));
        Assert.Equal(Length + 1, (await VerifyAsync()).Seq);
    }

    [Fact]
    public async Task Reorder()
    {
        var events = await WrittenAsync();
        var (first, second) = (events[3].Position, events[4].Position);
        await Store.TamperAsync($"update events set position = {long.MaxValue} where position = {first}");
        await Store.TamperAsync($"update events set position = {first} where position = {second}");
        await Store.TamperAsync($"update events set position = {second} where position = {long.MaxValue}");
        Assert.Equal(first, (await VerifyAsync()).Position);
    }

    [Fact]
    public async Task Truncate()
    {
        var events = await WrittenAsync();
        await Store.TamperAsync($"delete from events where position >= {events[5].Position}");
        Assert.Equal(CompanyState.Stream, (await VerifyAsync()).Stream);
    }

    [Fact]
    public async Task A_cut_with_care_shows_beside_a_seal_of_what_was_cut_and_not_beside_an_older_one()
    {
        var events = await WrittenAsync();
        var older = await SealAsync();
        await AppendedAsync(CompanyState.Stream, Length);
        var younger = await SealAsync();
        await CutAsync(events, Length);

        Assert.True((await VerifyAsync(older!)).IsSound);
        var found = await VerifyAsync(older!, younger!);
        Assert.Contains("is gone", found.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fork()
    {
        var events = await WrittenAsync();
        var seal = await SealAsync();
        Assert.True((await VerifyAsync(seal!)).IsSound);
        await CutAsync(events, 5);
        for (var seq = 5; seq < Length; seq++)
        {
            await AppendedAsync(CompanyState.Stream, seq, facts: [Fact() with { Actor = Actor.Person("eve") }]);
        }

        Assert.True((await VerifyAsync()).IsSound, "sound in itself");
        var found = await VerifyAsync(seal!);
        Assert.Equal((CompanyState.Stream, Length), (found.Stream, found.Seq));
        Assert.Contains("seal 1", found.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rewrite_all()
    {
        await WrittenAsync();
        var seal = await SealAsync();
        await Store.TamperAsync("delete from events");
        await Store.TamperAsync("delete from streams");
        for (var seq = 0; seq < Length; seq++)
        {
            await AppendedAsync(CompanyState.Stream, seq, facts: [Fact() with { Actor = Actor.Person("eve") }]);
        }

        // Whoever rewrites all rewrites the seals in it too.
        Assert.NotNull(await SealAsync());
        Assert.True((await VerifyAsync()).IsSound, "sound in itself");
        var found = await VerifyAsync(seal!);
        Assert.Equal((CompanyState.Stream, Length), (found.Stream, found.Seq));
    }

    [Fact]
    public async Task Seals_are_chained_leave_out_what_did_not_change_and_nothing_is_sealed_twice()
    {
        Assert.Null(await SealAsync());
        await WrittenAsync();
        var first = (await SealAsync())!;
        Assert.Null(await SealAsync());
        var workflow = New<WorkflowId>().ToString();
        await AppendedAsync(workflow, 0);
        var second = (await SealAsync())!;

        Assert.Equal((1, SealHash.Genesis, 2, first.Hash), (first.Number, first.Previous, second.Number, second.Previous));
        Assert.Equal([CompanyState.Stream], first.Heads.Select(h => h.Stream));
        Assert.Equal([JournalSealed.Stream, workflow], second.Heads.Select(h => h.Stream).Order(StringComparer.Ordinal));
        Assert.Equal([first.Hash, second.Hash], (await new JournalSeals(Journal).AllAsync(CancellationToken.None)).Select(s => s.Hash));
        Assert.True((await VerifyAsync(first, second)).IsSound);
    }

    [Fact]
    public async Task Those_who_seal_at_once_make_one_chain()
    {
        await WrittenAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(SealAsync)));
        Assert.Equal(1, Assert.Single(await new JournalSeals(Journal).AllAsync(CancellationToken.None)).Number);
    }

    private async Task<IReadOnlyList<StoredEvent>> WrittenAsync()
    {
        for (var seq = 0; seq < Length; seq++)
        {
            await AppendedAsync(CompanyState.Stream, seq);
        }

        return await ReadAsync(CompanyState.Stream);
    }

    /// <summary>Cuts everything behind an event of the company's stream, and makes its head agree.</summary>
    private async Task CutAsync(IReadOnlyList<StoredEvent> events, int seq)
    {
        var last = events[seq - 1];
        await Store.TamperAsync($"delete from events where position > {last.Position}");
        await Store.TamperAsync($"delete from streams where stream = '{JournalSealed.Stream}'");
        await Store.TamperAsync(
            $"update streams set seq = {seq}, hash = (select hash from events where position = {last.Position}), updated_at = (select at from events where position = {last.Position}) where stream = '{CompanyState.Stream}'");
    }

    private Task<JournalSealed?> SealAsync() => new JournalSeals(Journal).SealAsync(Time.Now, null, CancellationToken.None);

    private Task<AuditResult> VerifyAsync(params JournalSealed[] seals) => Store.Audit.VerifyAsync(seals, null, CancellationToken.None);
}
