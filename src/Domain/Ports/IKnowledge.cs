using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What the company has written down and approved, in the configuration in force. Found only through <c>knowledge.search</c>, behind the gate.</summary>
public interface IKnowledge
{
    /// <summary>Every file of <c>knowledge/</c>, by path, whether or not anything of it may be used.</summary>
    ImmutableArray<KnowledgeSource> Sources { get; }

    /// <summary>
    /// The passages that answer a question best, best first; none of a source that is not approved, not yet or no longer valid, or not meant for who asks. The
    /// same question of the same files on the same day has the same answer.
    /// </summary>
    ImmutableArray<FoundPassage> Search(KnowledgeQuestion question);
}

/// <summary>A question to the company's knowledge.</summary>
/// <param name="Query">In words.</param>
/// <param name="Asker">Who asks.</param>
/// <param name="Today">The day in the company's time zone.</param>
/// <param name="Most">How many passages at most, 1 to 20.</param>
public sealed record KnowledgeQuestion(string Query, Actor Asker, DateOnly Today, int Most = 5);

/// <summary>A file of knowledge.</summary>
/// <param name="Id">Its name without ending, such as <c>purchasing-policy</c>: letters, digits, hyphens and underscores.</param>
/// <param name="Path">Such as <c>knowledge/purchasing-policy.md</c>.</param>
/// <param name="Version">Digest of its text, 16 hex digits.</param>
/// <param name="Owner">Who keeps it; null when nobody is named.</param>
/// <param name="ApprovedBy">Who approved it; null while nobody has, and then nobody is told what it says.</param>
/// <param name="ValidFrom">The first day on which it holds; null for always.</param>
/// <param name="ValidUntil">The last day on which it holds; null for no end.</param>
/// <param name="Audience">Agents, skills and roles that it is meant for; empty for everybody.</param>
/// <param name="Labels">What is confidential about it.</param>
public sealed record KnowledgeSource(
    string Id,
    string Path,
    string Version,
    string? Owner,
    string? ApprovedBy,
    DateOnly? ValidFrom,
    DateOnly? ValidUntil,
    ImmutableArray<string> Audience,
    ImmutableArray<string> Labels)
{
    /// <summary>True when it may be told on a day.</summary>
    public bool HoldsOn(DateOnly day) => ApprovedBy is not null && !(day < ValidFrom) && !(day > ValidUntil);
}

/// <summary>A passage that was found.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="From">Its first character in the file's text, from 0.</param>
/// <param name="To">Behind its last character.</param>
/// <param name="Heading">The headings above it, outermost first, joined by <c> › </c>; empty when there are none.</param>
/// <param name="Text">What it says, without markup of the file's kind where that is HTML.</param>
/// <param name="Score">How well it fits; only its order means anything.</param>
public sealed record FoundPassage(KnowledgeSource Source, int From, int To, string Heading, string Text, double Score);
