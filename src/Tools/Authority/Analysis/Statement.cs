using System.Collections.Immutable;
using System.Globalization;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a statement says must never happen.</summary>
internal enum StatementKind
{
    /// <summary>Such a call gets through, whether or not somebody is asked.</summary>
    Never,

    /// <summary>Such a call gets through without being asked about.</summary>
    NotUnasked,

    /// <summary>Such a call is asked about or denied.</summary>
    AlwaysAllowed,
}

/// <summary>
/// A statement that can be proved, as read: <c>no|never WHAT [by AGENT] [above NUMBER] [when CONDITION] [without approval [of ROLE [and ROLE]…]]</c>,
/// <c>always asks [ROLE [and ROLE]… for] WHAT …</c>, <c>always allows WHAT …</c>.
/// </summary>
/// <param name="Kind">What it says.</param>
/// <param name="What">The words for the calls: a tool, a pattern, <c>effect CLASS</c>, or a plain word.</param>
/// <param name="Agent">Of one agent only; null for all.</param>
/// <param name="Above">Only calls that spend more than this; null for all.</param>
/// <param name="When">Only calls of which this holds; null for all.</param>
/// <param name="Roles">Who must be asked; empty for anybody.</param>
internal sealed record Statement(StatementKind Kind, string What, string? Agent, decimal? Above, WhenExpression? When, ImmutableArray<string> Roles)
{
    private const string Approval = " without approval";

    /// <summary>Reads one. Throws <see cref="StatementException"/>, which says how it should look.</summary>
    public static Statement Read(string text)
    {
        var rest = string.Join(' ', text.Trim().TrimEnd('.').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (Cut(ref rest, "always allows ", "always allow "))
        {
            return Where(StatementKind.AlwaysAllowed, rest, []);
        }

        if (Cut(ref rest, "always asks ", "always ask "))
        {
            var (roles, what) = Split(rest, " for ", " about ", " before ");
            return what is null ? Where(StatementKind.NotUnasked, rest, []) : Where(StatementKind.NotUnasked, what, RolesIn(roles));
        }

        if (!Cut(ref rest, "no ", "never "))
        {
            throw new StatementException($"'{text}' begins with none of: no, never, always asks, always allows. For example: no purchase above 5000 without approval");
        }

        var at = rest.LastIndexOf(Approval, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return Where(StatementKind.Never, rest, []);
        }

        var behind = rest[(at + Approval.Length)..].Trim();
        return behind.Length == 0 ? Where(StatementKind.NotUnasked, rest[..at], [])
            : Cut(ref behind, "of ", "by ", "from ") ? Where(StatementKind.NotUnasked, rest[..at], RolesIn(behind))
            : throw new StatementException($"Behind 'without approval' stands 'of ROLE' or nothing, not '{behind}'.");
    }

    private static Statement Where(StatementKind kind, string text, ImmutableArray<string> roles)
    {
        var (head, condition) = Split(text, " when ", " where ", " if ");
        WhenExpression? when = null;
        if (condition is not null)
        {
            when = Domain.When.Parse(condition, WhenPosition.Start) switch
            {
                WhenParsed.Sound sound => sound.Expression,
                WhenParsed.Faulty faulty => throw new StatementException($"The condition '{condition}' cannot be read: {faulty.Faults[0].Message}"),
                _ => null,
            };
        }

        (head, var amount) = Split(head, " above ", " over ", " of more than ");
        decimal? above = null;
        if (amount is not null)
        {
            (amount, var agentBehind) = Split(amount, " by ");
            var digits = amount.Split(' ')[0].Replace(",", string.Empty, StringComparison.Ordinal).Replace("_", string.Empty, StringComparison.Ordinal);
            above = decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new StatementException($"'{amount}' is no amount; write it like 5000 or 5,000.50.");
            head = agentBehind is null ? head : $"{head} by {agentBehind}";
        }

        (head, var agent) = Split(head, " by ");
        var what = head.Trim();
        Cut(ref what, "calls of ", "call of ", "any ", "a ", "an ", "the ");
        return new Statement(kind, what, agent?.Trim(), above, when, roles);
    }

    private static ImmutableArray<string> RolesIn(string text) =>
        [.. text.Replace(" and ", ",", StringComparison.OrdinalIgnoreCase).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(r => r.StartsWith("the ", StringComparison.OrdinalIgnoreCase) ? r[4..] : r)];

    private static bool Cut(ref string text, params ReadOnlySpan<string> heads)
    {
        foreach (var head in heads)
        {
            if (text.StartsWith(head, StringComparison.OrdinalIgnoreCase))
            {
                text = text[head.Length..];
                return true;
            }
        }

        return false;
    }

    /// <summary>At the first of the words that stands in it.</summary>
    private static (string Head, string? Tail) Split(string text, params ReadOnlySpan<string> words)
    {
        var (at, length) = (-1, 0);
        foreach (var word in words)
        {
            var here = text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (here >= 0 && (at < 0 || here < at))
            {
                (at, length) = (here, word.Length);
            }
        }

        return at < 0 ? (text, null) : (text[..at], text[(at + length)..]);
    }
}

/// <summary>A statement cannot be read, or is about nothing here. The message is for whoever wrote it.</summary>
public sealed class StatementException : Exception
{
    /// <summary>Without words.</summary>
    public StatementException()
    {
    }

    /// <summary>With a message for whoever wrote the statement.</summary>
    public StatementException(string message)
        : base(message)
    {
    }

    /// <summary>With what led to it.</summary>
    public StatementException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
