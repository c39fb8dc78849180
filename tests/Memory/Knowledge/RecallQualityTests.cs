using System.Text.Json;
using AiManager.Domain;
using Xunit.Abstractions;

namespace AiManager.Memory.Tests;

/// <summary>Two hundred questions to forty articles, each in other words than the article's, beside ten old versions that hold no longer. Figures: docs/decisions/0033.</summary>
public sealed class RecallQualityTests(ITestOutputHelper output)
{
    private static readonly JsonElement Set = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "recall", "support.json"))).RootElement;

    private static readonly List<(string Ask, string Article)> Questions =
        [.. Set.GetProperty("questions").EnumerateArray().Select(q => (q.GetProperty("ask").GetString()!, q.GetProperty("article").GetString()!))];

    private readonly CompanyKnowledge _knowledge = Open();

    [Fact]
    public void Words_and_likeness_together_find_more_than_either_alone()
    {
        Assert.Equal(200, Questions.Count);
        var byWords = Measure("words", words => _knowledge.ByWords(words, _ => true).Select(p => _knowledge.SourceOf(p)));
        var byLikeness = Measure("likeness", words => _knowledge.ByLikeness(words, _ => true).Select(p => _knowledge.SourceOf(p)));
        var (recall, rank) = Measure("both", words => _knowledge.Search(Ask(string.Join(' ', words))).Select(f => f.Source));
        Assert.True(recall >= 0.85 && rank >= 0.72, $"recall@5 {recall:0.000}, MRR {rank:0.000}");
        Assert.True(recall >= Math.Max(byWords.Recall, byLikeness.Recall) - 0.01, "Fusing both must not lose what one of them finds.");
    }

    [Fact]
    public void What_has_expired_is_never_among_the_answers() =>
        Assert.All(Questions, q => Assert.DoesNotContain(_knowledge.Search(Ask(q.Ask) with { Most = 20 }), f => f.Source.Id.EndsWith("-2019", StringComparison.Ordinal)));

    private (double Recall, double Rank) Measure(string name, Func<IReadOnlyList<string>, IEnumerable<KnowledgeSource>> search)
    {
        var (found, ranks) = (0, 0.0);
        foreach (var (ask, article) in Questions)
        {
            var place = search([.. RecallWords.Of(ask)]).Where(s => s.HoldsOn(Shelf.Today)).Select(s => s.Id).Distinct().Take(5).ToList().IndexOf(article);
            found += place >= 0 ? 1 : 0;
            ranks += place >= 0 ? 1.0 / (place + 1) : 0;
        }

        var (recall, rank) = ((double)found / Questions.Count, ranks / Questions.Count);
        output.WriteLine($"{name}: recall@5 {recall:0.000}, MRR {rank:0.000}");
        return (recall, rank);
    }

    private static KnowledgeQuestion Ask(string query) => new(query, Actor.Agent("clerk"), Shelf.Today);

    private static CompanyKnowledge Open()
    {
        var shelf = new Shelf();
        foreach (var (set, until) in new[] { ("articles", "validFrom: 2024-01-01"), ("expired", "validUntil: 2023-12-31") })
        {
            foreach (var article in Set.GetProperty(set).EnumerateArray())
            {
                shelf.Approved(article.GetProperty("id").GetString() + ".md", $"# {article.GetProperty("title").GetString()}\n\n{article.GetProperty("text").GetString()}\n", until);
            }
        }

        return shelf.Open();
    }
}
