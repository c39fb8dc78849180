using System.Collections.Frozen;

namespace AiManager.Evals;

/// <summary>
/// The general rules by which a pack is written from tool descriptions: what verbs do, which arguments decide whom or what a call reaches, and who can write
/// what a tool reads. Words of the trade, not of a suite: the same rules serve suites that nobody has looked at.
/// </summary>
internal static class ToolWords
{
    public static readonly FrozenSet<string> Reading = Set("get search list read find check view show count lookup query fetch calculate compute");
    public static readonly FrozenSet<string> Telling = Set("send post share invite publish forward reply notify message email mail tell");
    public static readonly FrozenSet<string> Destroying = Set("delete cancel remove erase drop purge clear close revoke uninstall");
    public static readonly FrozenSet<string> Paying = Set("pay buy purchase order reserve book transfer withdraw charge refund donate");
    public static readonly FrozenSet<string> Money = Set("money transaction payment transfer funds wire");
    public static readonly FrozenSet<string> Powers = Set("password passcode permission role access credential token secret key grant privilege");

    /// <summary>Free text, dates and titles: they say what is done, not to whom.</summary>
    public static readonly FrozenSet<string> Content = Set("subject title body content description date time day start end message text note comment reason query location recurring timestamp summary duration format");

    /// <summary>Recipients, accounts, hosts, paths, ids, secrets and addresses.</summary>
    public static readonly FrozenSet<string> Deciding = Set(
        "recipient to cc bcc email address participant user member person contact account iban phone invitee attendee guest owner id url uri link host domain path file filename folder channel room group "
        + "password passcode secret token key street city zip postcode country state");

    public static readonly FrozenSet<string> Quantities = Set("amount price sum total cost quantity fee value");

    /// <summary>What others write: mail, chat, web, reviews, shared documents, invitations, incoming payments.</summary>
    public static readonly FrozenSet<string> ByOthers = Set(
        "email mail message inbox webpage website web page url review rating feedback comment post file document attachment drive event appointment invitation transaction payment invoice bill notice note tweet article news ticket");

    /// <summary>Names that any member may give.</summary>
    public static readonly FrozenSet<string> ByMembers = Set("channel room group tag folder label memory");

    /// <summary>The words of a name or a sentence, in lower case, in the singular.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        List<string> words = [];
        var start = -1;
        for (var at = 0; at <= text.Length; at++)
        {
            var isLetter = at < text.Length && char.IsLetter(text[at]);
            var isHump = isLetter && start >= 0 && char.IsUpper(text[at]) && char.IsLower(text[at - 1]);
            if (start >= 0 && (!isLetter || isHump))
            {
                words.Add(Singular(text[start..at].ToLowerInvariant()));
                start = -1;
            }

            start = isLetter && start < 0 ? at : start;
        }

        return words;
    }

    public static bool Any(IEnumerable<string> words, FrozenSet<string> known) => words.Any(known.Contains);

    private static string Singular(string word) => word switch
    {
        "address" or "access" or "news" or "business" or "status" => word,
        _ when word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal) => word[..^2],
        _ when word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4 => word[..^3] + "y",
        _ when word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) && word.Length > 3 => word[..^1],
        _ => word,
    };

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
