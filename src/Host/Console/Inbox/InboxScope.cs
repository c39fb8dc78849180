using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>
/// What of an inbox may be somebody's, as far as roles say. Lists are narrowed by them where they are stored, however much waits for others; whether somebody can really
/// decide, only the workflow itself says: who asked for it cannot.
/// </summary>
/// <param name="Own">Roles that they hold.</param>
/// <param name="Perhaps">Those, and the roles of people whose stand-in they are.</param>
/// <param name="Foreign">Roles that only others hold. What is for a role that nobody holds, anybody may answer.</param>
internal sealed record InboxScope(ImmutableArray<string> Own, ImmutableArray<string> Perhaps, ImmutableArray<string> Foreign)
{
    private const string Pending = "pending";
    private const string Open = "open";

    /// <summary>Whose inbox it is: a person's id.</summary>
    public required string Person { get; init; }

    /// <summary>Of a person, among the people that there are.</summary>
    public static InboxScope Of(Person person, IDirectory directory) => new(
        person.Roles,
        [.. directory.People.Where(p => p.StandIn == person.Id).SelectMany(p => p.Roles).Concat(person.Roles).Distinct(StringComparer.Ordinal)],
        [.. directory.People.SelectMany(p => p.Roles).Except(person.Roles, StringComparer.Ordinal)])
    {
        Person = person.Id,
    };

    /// <summary>Calls that their own roles may decide, but for those that they asked for themselves.</summary>
    public InboxQuery Decidable => new(Pending) { Any = Own, NotOf = Person };

    /// <summary>Calls that they may decide, themselves or for somebody.</summary>
    public InboxQuery Calls(string? cursor, int limit) => new(Pending, Cursor: cursor, Limit: limit) { Any = Perhaps };

    /// <summary>All other calls that wait.</summary>
    public InboxQuery OthersCalls(string? cursor, int limit) => new(Pending, Cursor: cursor, Limit: limit) { None = Perhaps };

    /// <summary>Questions that they may answer.</summary>
    public InboxQuery Questions(string? cursor = null, int limit = InboxQuery.MostRows) => new(Open, Cursor: cursor, Limit: limit) { None = Foreign };

    /// <summary>All other questions.</summary>
    public InboxQuery OthersQuestions(string? cursor, int limit) => new(Open, Cursor: cursor, Limit: limit) { Any = Foreign };
}
