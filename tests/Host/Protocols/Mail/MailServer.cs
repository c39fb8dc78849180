using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using AiManager.Contracts;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace AiManager.Host.Tests;

/// <summary>A real mail server on a free loopback port, which answers as a test wants.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="port">Where; 0 for a free one.</param>
    /// <param name="certificate">For STARTTLS; null where it is not offered.</param>
    public MailServer(int port = 0, X509Certificate2? certificate = null)
    {
        Port = port == 0 ? FreePort.Take() : port;
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(e =>
        {
            e.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).AllowUnsecureAuthentication();
            if (certificate is not null)
            {
                e.Certificate(certificate);
            }
        }).Build();
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add(new Desk(this));
        services.Add((IMailboxFilterFactory)new Doors(this));
        services.Add((IUserAuthenticatorFactory)new Doors(this));
        _running = new SmtpServer.SmtpServer(options, services).StartAsync(_stop.Token);
    }

    public int Port { get; }

    /// <summary>What came, with the addresses of its envelope.</summary>
    public ConcurrentQueue<(MimeMessage Mail, string Raw, string[] To)> Came { get; } = new();

    /// <summary>What it says to a whole mail.</summary>
    public SmtpResponse Answer { get; set; } = SmtpResponse.Ok;

    /// <summary>Whom it does not know.</summary>
    public string? Unknown { get; set; }

    /// <summary>What it says of somebody as soon as they are named; null for nothing.</summary>
    public (string Address, SmtpResponse Answer)? Refuses { get; set; }

    /// <summary>What it says of whoever sends; null where it takes it.</summary>
    public SmtpResponse? RefusesSender { get; set; }

    /// <summary>Passwords that were said to it.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    public async ValueTask DisposeAsync()
    {
        if (!_running.IsCompleted)
        {
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }

    private sealed class Desk(MailServer server) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            if (server.Answer.ReplyCode == SmtpReplyCode.Ok)
            {
                var bytes = buffer.ToArray();
                server.Came.Enqueue((await MimeMessage.LoadAsync(new MemoryStream(bytes), cancellationToken), System.Text.Encoding.UTF8.GetString(bytes), [.. transaction.To.Select(t => t.AsAddress())]));
            }

            return server.Answer;
        }
    }

    private sealed class Doors(MailServer server) : IMailboxFilterFactory, IUserAuthenticatorFactory, IMailboxFilter, IUserAuthenticator
    {
        IMailboxFilter ISessionContextInstanceFactory<IMailboxFilter>.CreateInstance(ISessionContext context) => this;

        IUserAuthenticator ISessionContextInstanceFactory<IUserAuthenticator>.CreateInstance(ISessionContext context) => this;

        public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) =>
            server.RefusesSender is { } answer ? throw new SmtpResponseException(answer) : Task.FromResult(true);

        public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            server.Refuses is { } refused && refused.Address == to.AsAddress() ? throw new SmtpResponseException(refused.Answer) : Task.FromResult(to.AsAddress() != server.Unknown);

        public Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken)
        {
            server.Heard.Enqueue(password);
            return Task.FromResult(true);
        }
    }
}
