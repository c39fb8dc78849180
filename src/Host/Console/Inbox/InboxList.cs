using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What waits for people, as far as it stands on one page.</summary>
/// <param name="Approvals">Calls that whoever looks can decide, oldest first.</param>
/// <param name="Others">Calls that wait for others, oldest first.</param>
/// <param name="Questions">Escalations that whoever looks may answer, oldest first.</param>
/// <param name="OthersQuestions">Escalations to others, oldest first.</param>
/// <param name="Tasks">Tasks of whoever looks.</param>
internal sealed record InboxList(
    ImmutableArray<ApprovalCard> Approvals, ImmutableArray<ApprovalCard> Others, ImmutableArray<QuestionCard> Questions, ImmutableArray<QuestionCard> OthersQuestions, ImmutableArray<TaskCard> Tasks) : IHoldsForms
{
    /// <summary>Where each list goes on, by its name among <see cref="InboxPlace.Lists"/>; a list that ends here is not among them.</summary>
    public ImmutableDictionary<string, string> Next { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Calls that one decision can settle together: at least two that are theirs to decide.</summary>
    public IEnumerable<InboxBatch> Batches => Approvals.GroupBy(a => a.View.Batch).Where(g => g.Count() > 1).Select(g => new InboxBatch(g.Key, [.. g]));

    /// <summary>Questions that something waits for.</summary>
    public IEnumerable<QuestionCard> Asked => Questions.Where(q => !q.IsNote);

    /// <summary>What they are only to know.</summary>
    public IReadOnlyList<QuestionCard> Notes => [.. Questions.Where(q => q.IsNote)];

    /// <summary>True when nothing is theirs to do, here or further on.</summary>
    public bool IsClear => Approvals.IsEmpty && Questions.IsEmpty && Tasks.IsEmpty && !Next.ContainsKey(InboxPlace.Mine) && !Next.ContainsKey(InboxPlace.ToMe);

    /// <inheritdoc/>
    public bool Holds(string form) =>
        Approvals.Any(a => form.EndsWith(a.Id, StringComparison.Ordinal))
        || Questions.Any(q => form.EndsWith(q.Item.Id.ToString(), StringComparison.Ordinal))
        || Tasks.Any(t => form.EndsWith(t.Item.Id.ToString(), StringComparison.Ordinal))
        || Batches.Any(b => form == "batch-" + b.Key);

    /// <summary>True when nothing waits for anybody else, as far as this page goes.</summary>
    public bool IsQuiet => Others.IsEmpty && OthersQuestions.IsEmpty;
}

/// <summary>Calls that one decision can settle: the same rules ask the same people about the same tool. What is wanted of it may differ.</summary>
/// <param name="Key">What they have in common.</param>
/// <param name="Cards">At least two.</param>
internal sealed record InboxBatch(string Key, ImmutableArray<ApprovalCard> Cards)
{
    /// <summary>The call that is wanted most often, if it is wanted more than once; null where no two are the same.</summary>
    private readonly string? _same = Cards.GroupBy(c => c.View.Call).Where(g => g.Count() > 1).OrderByDescending(g => g.Count()).FirstOrDefault()?.Key;

    /// <summary>True when they are the same call throughout.</summary>
    public bool IsEqual => Cards.All(c => c.View.Call == Cards[0].View.Call);

    /// <summary>Whether a call is among those to be decided before anybody has looked: only what is the same as others, because to see one of those is to see them all.</summary>
    public bool IsTicked(ApprovalCard card) => card.View.Call == _same;
}

/// <summary>Where in an inbox somebody looks.</summary>
/// <param name="List">Only this list, one of <see cref="Lists"/>; null for the beginning of all.</param>
/// <param name="Cursor">Where its page begins; null for its first.</param>
internal sealed record InboxPlace(string? List, string? Cursor)
{
    /// <summary>Calls that they can decide.</summary>
    public const string Mine = "mine";

    /// <summary>Calls that wait for others.</summary>
    public const string Others = "others";

    /// <summary>Questions to them.</summary>
    public const string ToMe = "questions";

    /// <summary>Questions to others.</summary>
    public const string ToOthers = "others-questions";

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<string> Lists = [Mine, Others, ToMe, ToOthers];

    /// <summary>Where everybody begins.</summary>
    public static InboxPlace First { get; } = new(null, null);

    /// <summary>The place that an address names; where it names none, the beginning.</summary>
    public static InboxPlace Read(string query)
    {
        var said = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query);
        var (list, cursor) = (said.GetValueOrDefault("list").ToString(), said.GetValueOrDefault("cursor").ToString());
        return Lists.Contains(list) ? new InboxPlace(list, cursor.Length == 0 ? null : cursor)
            : cursor.Length > 0 ? new InboxPlace(Mine, cursor)
            : First;
    }

    /// <summary>True when a list is to be shown.</summary>
    public bool Has(string list) => List is null || List == list;

    /// <summary>The address of a list's next page; null at its end.</summary>
    public static string? Address(InboxList page, string list) => page.Next.TryGetValue(list, out var cursor) ? PageText.Query("/inbox", ("list", list), ("cursor", cursor)) : null;
}
