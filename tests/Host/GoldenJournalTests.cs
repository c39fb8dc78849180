using System.Collections.Immutable;
using AiManager.Contracts;
using AiManager.ManagerAgent;
using AiManager.Memory;

namespace AiManager.Host.Tests;

/// <summary>
/// The journal of a whole procurement run, exported once and kept. Whatever is built later must read it, find every hash as it was written, come to the same end
/// and report from it. How it was made stands beside it in a README; a new run goes into a new file and this one stays.
/// </summary>
public sealed class GoldenJournalTests
{
    private static readonly string[] Runs = ["procurement-run.v1.jsonl", "procurement-run.v2.jsonl"];

    public static TheoryData<string> Kept => [.. Runs];

    [Theory, MemberData(nameof(Kept))]
    public void Every_event_is_known_and_every_hash_is_the_one_that_was_written(string file)
    {
        var ends = new Dictionary<string, (int Seq, ReadOnlyMemory<byte> Hash)>(StringComparer.Ordinal);
        var position = 0L;
        foreach (var stored in KeptJournals.Read(file))
        {
            var (seq, hash) = ends.GetValueOrDefault(stored.Stream, (0, EventHash.Genesis));
            Assert.True(stored.Position > position, $"Position {stored.Position} stands behind {position}.");
            Assert.Equal(seq + 1, stored.Seq);
            Assert.Equal(hash.ToArray(), stored.PrevHash.ToArray());
            Assert.Equal(Convert.ToHexString(EventHash.Of(stored)), Convert.ToHexString(stored.Hash.Span));
            Assert.Equal(stored.Type, EventCodec.Decode(stored).Event.GetType().Name);
            (ends[stored.Stream], position) = ((stored.Seq, stored.Hash), stored.Position);
        }

        Assert.Equal(2, ends.Count);
    }

    [Theory, MemberData(nameof(Kept))]
    public void Of_results_whose_labels_nobody_wrote_down_what_is_remembered_stays_inside(string file)
    {
        var stored = KeptJournals.Read(file);
        var entries = Memorable.Of(WorkflowFold.Of(Workflow(stored), stored.Where(e => e.Stream != CompanyStreamName).Select(EventCodec.Decode)));
        using var data = new TempFolder();
        Assert.NotEmpty(entries);
        Assert.All(entries, e => Assert.Equal((false, true), (Vectors(string.Empty).MayBeTold(e.Labels), Vectors(", inside: true").MayBeTold(e.Labels))));

        VectorOptions Vectors(string inside)
        {
            using var folder = SmallCompany.Make(("company.yaml", SmallCompany.Settings + $"embeddings: {{ url: \"http://127.0.0.1:1/v1\", model: minilm{inside} }}\n"));
            return LoadedCompany.Load(folder.Path, data.Path, _ => null).Vectors;
        }
    }

    [Theory, MemberData(nameof(Kept))]
    public void It_folds_to_the_end_that_it_had_and_reports_it(string file)
    {
        var stored = KeptJournals.Read(file);
        var recorded = stored.Where(e => e.Stream != CompanyStreamName).Select(EventCodec.Decode).ToImmutableArray();
        var state = WorkflowFold.Start(Workflow(stored));
        foreach (var next in recorded)
        {
            state = WorkflowFold.TryApply(state, next) ?? throw new InvalidOperationException($"{next.Event} at {next.Position} is no legal move any more.");
        }

        var shown = new WorkflowMapper("EUR", new PlainWords(_ => null), 12, isScripted: true).Map(new WorkflowSnapshot(state with { Seq = recorded.Length }, recorded));

        Assert.Equal("completed", shown.Status);
        Assert.Equal((7, "90206.20", "EUR"), (state.Calls.Values.Count(c => c.Proposed.Tool == "erp.create_purchase_order" && c.Status == CallStatus.Succeeded), shown.Spend.Money.Amount, shown.Spend.Money.Currency));
        Assert.Equal(2, state.Approvals.Values.Count(a => a.IsUsed));
        var lines = shown.Report!.Lines;
        Assert.Equal(7, lines.Count(l => l.Text.Contains("Order 44", StringComparison.Ordinal)));
        Assert.Contains(lines, l => l.Text.Contains("90,206.20 EUR", StringComparison.Ordinal));
        var positions = recorded.Select(r => r.Position).ToHashSet();
        Assert.All(lines, line => Assert.True(!line.Events.IsEmpty && line.Events.All(positions.Contains), line.ToString()));
    }

    [Theory, MemberData(nameof(Kept))]
    public async Task A_store_that_is_told_it_anew_writes_the_same_hashes_and_finds_itself_sound(string file)
    {
        using var folder = new TempFolder();
        await using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions { Time = new ManualTime() });
        var golden = KeptJournals.Read(file);
        var state = WorkflowFold.Start(Workflow(golden));
        foreach (var stored in golden)
        {
            ImmutableArray<ReadModelChange> changes = [];
            if (stored.Stream != CompanyStreamName)
            {
                var recorded = EventCodec.Decode(stored) with { Position = 0 };
                var after = WorkflowFold.Apply(state, recorded);
                changes = WorkflowView.Changes(state, [recorded], after);
                state = after;
            }

            var fact = new NewEvent(stored.Type, stored.SchemaVersion, stored.At, stored.Actor, stored.Cause, stored.Payload);
            Assert.IsType<AppendResult.Appended>(await store.Journal.AppendAsync(new AppendRequest(stored.Stream, stored.Seq - 1, null, [fact], [], changes), CancellationToken.None));
        }

        var written = await store.Journal.ReadAllAsync(0, golden.Length + 1, CancellationToken.None);
        Assert.Equal(golden.Select(e => Convert.ToHexString(e.Hash.Span)), written.Select(e => Convert.ToHexString(e.Hash.Span)));
        var audit = await store.Audit.VerifyAsync(null, CancellationToken.None);
        Assert.True(audit.IsSound, audit.Fault);
    }

    private const string CompanyStreamName = "company";

    private static WorkflowId Workflow(ImmutableArray<StoredEvent> stored) =>
        PrefixedId.TryRead<WorkflowId>(stored.First(e => e.Stream != CompanyStreamName).Stream, out var id) ? id : throw new InvalidOperationException("There is no workflow in it.");
}
