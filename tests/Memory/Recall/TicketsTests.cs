using System.Text.Json;
using AiManager.Domain;
using Xunit.Abstractions;

namespace AiManager.Memory.Tests;

/// <summary>Forty-seven tickets of one defect among four hundred, found by a description of it in each of five wordings, without a model. Figures: docs/decisions/0034.</summary>
public sealed class TicketsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Tickets_of_one_defect_are_found_among_many_others()
    {
        await using var store = SqliteStoreUnderTest.Open(TimeProvider.System);
        var tickets = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "recall", "tickets.json"))).RootElement.EnumerateArray()
            .Select((t, i) => (Id: PrefixedId.Derive<WorkflowId>(Guid.Empty, $"ticket/{i}"), Text: t.GetProperty("text").GetString()!, IsDefect: t.GetProperty("isDefect").GetBoolean())).ToList();
        await store.Store.Memories!.PutAsync(
            [.. tickets.Select(t => new MemoryEntry(t.Id.ToString(), MemoryKind.Workflow, t.Id, [], true, t.Text, string.Empty, [], DateTimeOffset.UnixEpoch))], null, CancellationToken.None);
        var wanted = tickets.Where(t => t.IsDefect).Select(t => t.Id).ToHashSet();
        Assert.Equal(47, wanted.Count);

        var (precisions, recalls) = (new List<double>(), new List<double>());
        string[] wordings =
        [
            "Since release 4.2 the PDF of an invoice is blank.", "PDF invoices are empty since the update", "The invoice PDF shows white pages", "Invoice PDF comes out blank",
            "Blank pages when I download an invoice as PDF",
        ];
        foreach (var wording in wordings)
        {
            var related = RelatedWork.Of(wording, await store.Store.Memories.AlikeAsync(new MemoryQuestion(wording, 200) { Kinds = [MemoryKind.Workflow] }, CancellationToken.None));
            var right = related.Count(r => wanted.Contains(r.Workflow));
            precisions.Add(right / (double)Math.Max(1, related.Length));
            recalls.Add(right / 47.0);
            output.WriteLine($"precision {precisions[^1]:0.000}, recall {recalls[^1]:0.000}: {wording}");
        }

        Assert.True(precisions.Average() >= 0.9 && recalls.Average() >= 0.85, $"precision {precisions.Average():0.000}, recall {recalls.Average():0.000}");
    }
}
