using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using AiManager.Contracts;
using AiManager.Host.Tests;
using MimeKit;

namespace AiManager.Browser.Tests;

/// <summary>The real service with the shipped sample, whose people are told by a real mail server, with links that decide.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The runner disposes of it as IAsyncLifetime says.")]
public sealed class MailedConsole : ConsoleUnderTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly MailServer _mails = new();

    private protected override Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Take()}");

    private protected override Task ChangeAsync() =>
        File.AppendAllTextAsync(
            Path.Combine(CompanyFolder, "company.yaml"),
            $$"""

            mail: { host: 127.0.0.1, port: {{_mails.Port}}, tls: none, from: AI Manager <manager@example.com>, address: "{{Address.GetLeftPart(UriPartial.Authority)}}", decide: true, secret: "${MAIL}" }

            """);

    /// <summary>The mails that somebody got, as soon as there are as many.</summary>
    internal async Task<ImmutableArray<MimeMessage>> MailsAsync(string to, int least)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            var came = _mails.Came.Where(c => c.To.Contains(to)).Select(c => c.Mail).ToImmutableArray();
            if (came.Length >= least)
            {
                return came;
            }

            await looks.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <inheritdoc/>
    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _mails.DisposeAsync();
    }

    private protected override string? Variable(string name) => name == "MAIL" ? "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" : null;
}
