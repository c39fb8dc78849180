using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AiManager.Host;

/// <summary>A connection to the mail server, made when the first mail goes and kept for those after it. What the server says in words is its own affair: only its codes count. Not thread-safe.</summary>
internal sealed class SmtpLine(MailSettings settings, TimeProvider time) : IDisposable
{
    private readonly Client _client = new()
    {
        Timeout = (int)settings.Timeout.TotalMilliseconds,

        // As everywhere here: the certificate must be trusted and be for this host; lists of revoked ones are not fetched over the net for each mail.
        CheckCertificateRevocation = false,
    };

    /// <summary>Sends one mail.</summary>
    public async Task<OutboxOutcome> SendAsync(MimeMessage mail, CancellationToken cancellationToken)
    {
        try
        {
            if (!_client.IsConnected)
            {
                await WithinAsync(token => _client.ConnectAsync(settings.Host, settings.Port, OptionsOf(settings.Tls), token), cancellationToken);
                if (settings is { User: { } user, Password: { } password })
                {
                    await WithinAsync(token => _client.AuthenticateAsync(user, password, token), cancellationToken);
                }
            }

            _client.IsSenderTaken = false;
            await WithinAsync(token => _client.SendAsync(mail, token), cancellationToken);
            return new OutboxOutcome.Settled((int)SmtpStatusCode.Ok, "The mail server took it.");
        }
        catch (SmtpCommandException refused)
        {
            // Before the sender is taken it is about this service, and the next mail would fare no better; from there on about whom it goes to, or the mail itself.
            var code = (int)refused.StatusCode;
            return refused.StatusCode == SmtpStatusCode.ServiceNotAvailable ? new OutboxOutcome.Later(code, $"The mail server is not there for anybody now ({code}).", IsAway: true)
                : !_client.IsSenderTaken ? new OutboxOutcome.Later(code, $"The mail server does not take mail from {settings.From.Address} ({code}).", IsAway: true)
                : code >= (int)SmtpStatusCode.SyntaxError ? new OutboxOutcome.Refused(code, $"The mail server refused it for good ({code}).")
                : new OutboxOutcome.Later(code, $"The mail server does not take it now ({code}).", IsAway: false);
        }
        catch (AuthenticationException)
        {
            return Away("The mail server does not take the user and the password.");
        }
        catch (ServiceNotAuthenticatedException)
        {
            return Away("The mail server wants a user and a password.");
        }
        catch (SslHandshakeException)
        {
            return Away("No encrypted connection came about: the mail server's certificate is not trusted, or not for this host.");
        }
        catch (NotSupportedException)
        {
            return Away("The mail server offers no encryption, or no way to sign in.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Away("The mail server did not answer in time.");
        }
        catch (Exception broken) when (broken is SocketException or IOException or ProtocolException or TimeoutException or ServiceNotConnectedException)
        {
            return Away("No connection to the mail server came about, or it broke.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task WithinAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await step(either.Token);
    }

    private static OutboxOutcome.Later Away(string detail) => new(null, detail, IsAway: true);

    private static SecureSocketOptions OptionsOf(MailTls tls) => tls switch
    {
        MailTls.Implicit => SecureSocketOptions.SslOnConnect,
        MailTls.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    /// <summary>Remembers how far a mail came: the library says so only of a few of the codes that a server may answer with.</summary>
    private sealed class Client : SmtpClient
    {
        public bool IsSenderTaken { get; set; }

        protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            base.OnSenderAccepted(message, mailbox, response);
            IsSenderTaken = true;
        }
    }
}
