using System.Text.RegularExpressions;

namespace AiManager.Domain;

/// <summary>
/// Sentences of the journal as people read them, at every door alike. Journals hold ids only, so that a person can be erased; whoever reads is told who it was. Fields that
/// programs read keep their ids. Pure as far as <paramref name="nameOf"/> is.
/// </summary>
/// <param name="nameOf">The name of the person with an id; null where nobody has it.</param>
public sealed partial class PlainWords(Func<string, string?> nameOf)
{
    /// <summary>With the names of a company's people.</summary>
    public static PlainWords Of(IDirectory directory) => new(id => directory.Person(id)?.Name);

    /// <summary>An actor, an executor or a person's id as people say it.</summary>
    public string Who(string? actor) => actor switch
    {
        null or "" => "nobody yet",
        "system" => "the service",
        "agent:manager" => "the manager",
        _ when new Actor(actor).PersonId is { } person => nameOf(person) ?? person,
        _ when new Actor(actor).AgentName is { } agent => agent,
        _ => nameOf(actor) ?? actor,
    };

    /// <summary>
    /// A sentence of the program with the names of those who are in it. An id without its kind counts only where the program itself puts one: beside what somebody did.
    /// Sentences of earlier releases wrote cents where there are none.
    /// </summary>
    public string Read(string sentence) => NoCents().Replace(Doer().Replace(sentence, match => Who(match.Value)), string.Empty);

    /// <summary><see cref="Read"/>, where there may be no sentence.</summary>
    public string? ReadAny(string? sentence) => sentence is null ? null : Read(sentence);

    [GeneratedRegex(
        @"(?<![\w:-])(?:person|agent):[A-Za-z0-9_.-]*[A-Za-z0-9]|(?<=^|[\s'“(])[A-Za-z0-9_.-]+(?= (?:rejected it|gave it up|said to try again|answers instead of having it called)\b)|(?<=^Accepted as it is by )[A-Za-z0-9_.-]+(?=: )|(?<=^|[\s(,])[A-Za-z0-9_.-]+(?= \d+ of \d+(?:[,.)]|$))",
        RegexOptions.CultureInvariant)]
    private static partial Regex Doer();

    [GeneratedRegex(@"(?<=\d)\.00(?= [A-Z]{3}\b)", RegexOptions.CultureInvariant)]
    private static partial Regex NoCents();
}
