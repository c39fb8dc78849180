using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Host;

/// <summary>
/// What the link of a mail is for: one person's decision about exactly one call. Whether it was used stands in the journal alone: a person decides an approval once,
/// whichever way, so there is nothing to keep beside it that a restart or another host could miss.
/// </summary>
/// <param name="Approval">Which approval.</param>
/// <param name="Person">Whose decision: a person's id.</param>
/// <param name="Digest">What the approval was for when the mail was sent.</param>
/// <param name="Until">When it is too old, UTC.</param>
/// <param name="Address">Where it went, as <see cref="MailLinks.AddressOf"/> says it: a link dies with the address.</param>
internal sealed record MailLink(ApprovalId Approval, string Person, string Digest, DateTimeOffset Until, string Address)
{
    /// <summary>How long a link is good at most; a reminder brings another.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const string Purpose = "AI Manager: the link of a mail, 1";
    private const int Longest = 1000;

    /// <summary>What stands in the address: letters, digits, <c>-</c>, <c>_</c> and one dot.</summary>
    public string Write(MailSecret secret)
    {
        var said = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('\n', Approval, Person, Digest, Until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Address)));
        return $"{said}.{Base64Url.EncodeToString(secret.Seal(Purpose + '\n' + said))}";
    }

    /// <summary>Reads it back; null for what was not sealed so with this secret, be it by one letter.</summary>
    public static MailLink? Read(string? text, MailSecret secret)
    {
        if (text is null or { Length: 0 or > Longest } || text.Split('.') is not [var said, var seal] || !Base64Url.IsValid(said) || !Base64Url.IsValid(seal)
            || !CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(seal), secret.Seal(Purpose + '\n' + said)))
        {
            return null;
        }

        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(said)).Split('\n') is [var id, var person, var digest, var until, var address]
            && PrefixedId.TryRead<ApprovalId>(id, out var approval) && long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? new MailLink(approval, person, digest, DateTimeOffset.FromUnixTimeSeconds(seconds), address)
            : null;
    }

    /// <summary>Nothing that would help to make one up.</summary>
    public override string ToString() => $"{Approval} for {Person}";
}
