namespace AiManager.Host;

/// <summary>How the way to the mail server is kept from others.</summary>
internal enum MailTls
{
    /// <summary>The connection begins in clear and is encrypted before anything is said; a server that cannot is not used.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte.</summary>
    Implicit,

    /// <summary>Not at all: for a server on this machine, or one in the company's network that gets no password and no link that decides.</summary>
    None,
}
