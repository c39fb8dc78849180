using System.Collections.Immutable;
using System.Numerics.Tensors;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// The company's knowledge, found by words and by likeness, both orders fused. It is made from the files in force and lives with them: no store can hold a passage that is in
/// force no longer, and both stores find the same. Immutable.
/// </summary>
public sealed class CompanyKnowledge : IKnowledge
{
    /// <summary>How far down each order is looked before they are fused.</summary>
    private const int Depth = 50;

    /// <summary>The most that one question is given.</summary>
    private const int MostPassages = 20;

    private readonly IDirectory _directory;
    private readonly ImmutableArray<(KnowledgeSource Source, Passage Passage)> _passages;
    private readonly WordIndex _words;
    private readonly float[][] _vectors;

    private CompanyKnowledge(ImmutableArray<(KnowledgeSource Source, string Text, int Start)> files, IDirectory directory)
    {
        _directory = directory;
        Sources = [.. files.Select(f => f.Source)];
        _passages = [.. files.Where(f => f.Source.ApprovedBy is not null).SelectMany(f => PassageCutter.Cut(f.Source.Path, f.Text, f.Start).Select(p => (f.Source, p)))];
        var texts = _passages.Select(p => $"{p.Passage.Heading}\n{p.Passage.Text}").ToList();
        _words = new WordIndex(texts);
        _vectors = [.. texts.Select(HashedEmbedding.OfText)];
    }

    /// <inheritdoc/>
    public ImmutableArray<KnowledgeSource> Sources { get; }

    /// <summary>Reads <c>knowledge/</c> of a company; mistakes go to <paramref name="reader"/>.</summary>
    public static CompanyKnowledge Bind(CompanyBundle bundle, IDirectory directory, ConfigReader reader)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(reader);
        return new CompanyKnowledge(KnowledgeFiles.Read(bundle, reader), directory);
    }

    /// <inheritdoc/>
    public ImmutableArray<FoundPassage> Search(KnowledgeQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var words = RecallWords.Of(question.Query).ToList();
        var who = NamesOf(question.Asker);
        var told = Sources.Where(s => s.HoldsOn(question.Today) && (s.Audience.IsEmpty || s.Audience.Any(who.Contains))).ToHashSet();
        bool MayTell(int passage) => told.Contains(_passages[passage].Source);
        var fused = RankFusion.Fuse<int>([ByWords(words, MayTell), ByLikeness(words, MayTell)], (a, b) => a.CompareTo(b));
        return
        [
            .. fused.Take(Math.Clamp(question.Most, 1, MostPassages)).Select(f => (Found: _passages[f.Item], f.Score))
                .Select(f => new FoundPassage(f.Found.Source, f.Found.Passage.From, f.Found.Passage.To, f.Found.Passage.Heading, f.Found.Passage.Text, f.Score)),
        ];
    }

    /// <summary>Places of passages by their words alone, best first.</summary>
    internal List<int> ByWords(IReadOnlyList<string> words, Func<int, bool> mayTell) => _words.Search(words, mayTell, Depth);

    /// <summary>Places of passages by likeness alone, best first; none that is no likelier than chance.</summary>
    internal List<int> ByLikeness(IReadOnlyList<string> words, Func<int, bool> mayTell)
    {
        var asked = HashedEmbedding.OfQuestion(words, _words.Rarity);
        return
        [
            .. Enumerable.Range(0, _vectors.Length).Where(mayTell)
                .Select(i => (Place: i, Likeness: TensorPrimitives.Dot<float>(asked, _vectors[i])))
                .Where(p => p.Likeness > HashedEmbedding.Chance)
                .OrderByDescending(p => p.Likeness).ThenBy(p => p.Place)
                .Take(Depth)
                .Select(p => p.Place),
        ];
    }

    /// <summary>The source of a passage, by its place.</summary>
    internal KnowledgeSource SourceOf(int place) => _passages[place].Source;

    /// <summary>An audience names an agent, a skill, a person or a role.</summary>
    private HashSet<string> NamesOf(Actor asker)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (asker.AgentName is { } agent)
        {
            names.Add(agent);
            names.UnionWith(_directory.Agent(agent)?.Skills ?? []);
        }

        if (asker.PersonId is { } person)
        {
            names.Add(person);
            names.UnionWith(_directory.Person(person)?.Roles ?? []);
        }

        return names;
    }
}
