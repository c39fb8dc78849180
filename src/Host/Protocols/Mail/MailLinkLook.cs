using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What the link of a mail opens.</summary>
internal abstract record MailLinkLook
{
    private MailLinkLook()
    {
    }

    /// <summary>A decision that its person can make now.</summary>
    /// <param name="Person">Whose.</param>
    /// <param name="Found">About what.</param>
    public sealed record Open(Person Person, ApprovalInContext Found) : MailLinkLook;

    /// <summary>Nothing.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Reason">Why, for whoever holds it.</param>
    public sealed record Shut(int Status, string Reason) : MailLinkLook;
}
