using System.Collections.Immutable;
using AiManager.Tools;
using MimeKit;

namespace AiManager.Host;

/// <summary>Looks after mail once: tells people what waits for them. Several hosts may at once.</summary>
internal sealed class MailRound(IWebhookOutbox outbox, IWorkflowJournal journal, CompanyAtWork atWork, TimeProvider time, Random chance, ILogger<MailRound> logger)
{
    private readonly OutboxRound _round = new(outbox, journal, time, chance);

    /// <summary>Looks after it. What fails is logged, and the next round is soon.</summary>
    /// <param name="settings">As they are in force.</param>
    /// <param name="cancellationToken">Stops; what is on its way is in the outbox.</param>
    public async Task RunAsync(MailSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            using var line = new SmtpLine(settings, time);
            await _round.RunAsync(IWebhookOutbox.Mail, new Sender(atWork, settings, line, time, logger), cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The outer edge of mail: the store is away; the next round is soon.
            logger.MailFailed(fault);
        }
    }

    private sealed class Sender(CompanyAtWork atWork, MailSettings settings, SmtpLine line, TimeProvider time, ILogger logger) : IOutboxSender
    {
        private const string NotWanted = "Nobody has to be told any more.";

        public bool IsCurrent => ReferenceEquals(atWork.Company.Settings.Mail, settings);

        public async Task<ImmutableArray<WebhookDelivery>> MessagesAsync(ImmutableArray<StoredEvent> events, DateTimeOffset now, CancellationToken cancellationToken) =>
            [.. (await MailMessage.OfAsync(events, atWork.Get<IWorkflowOutside>(), atWork.Get<IDirectory>(), StepOver, cancellationToken)).Select(m => m.ToDelivery(now))];

        public async Task<OutboxOutcome> SendAsync(WebhookDelivery due, CancellationToken cancellationToken)
        {
            var directory = atWork.Get<IDirectory>();
            if (MailMessage.Of(due) is not { } message || directory.Person(message.Person) is not { } person)
            {
                return new OutboxOutcome.Settled(null, NotWanted);
            }

            WorkflowState? state;
            try
            {
                state = await atWork.Get<IWorkflowOutside>().ReadAsync(message.Workflow, cancellationToken);
            }
            catch (Exception unreadable) when (OutboxRound.IsUnreadable(unreadable))
            {
                // A newer host can read it and may send it; what stands behind it does not wait for that.
                return new OutboxOutcome.Later(null, "This release cannot read what happened in its workflow.", IsAway: false);
            }

            if (state is null || !message.IsWanted(state, directory))
            {
                return new OutboxOutcome.Settled(null, NotWanted);
            }

            if (MailSettings.AddressOf(MailText.Line(person.Name, 100), person.Email) is not { } to)
            {
                return new OutboxOutcome.Refused(null, $"people.yaml has no address of {person.Id} that mail can go to.");
            }

            var text = await TextAsync(message, person, state, cancellationToken);
            using var mail = new MimeMessage { Subject = text.Subject, Date = time.GetUtcNow(), MessageId = $"{due.Id}@{settings.From.Domain}", Body = new TextPart("plain") { Text = text.Body } };
            mail.From.Add(settings.From);
            mail.To.Add(to);
            mail.Headers.Add("Auto-Submitted", "auto-generated");
            return await line.SendAsync(mail, cancellationToken);
        }

        private void StepOver(StoredEvent stored, Exception unreadable) => OutboxRound.StepOver(IWebhookOutbox.Mail, stored, unreadable, logger);

        private async Task<MailText> TextAsync(MailMessage message, Person person, WorkflowState state, CancellationToken cancellationToken)
        {
            var company = atWork.Company.Settings;
            var inbox = new Uri(settings.Address, "/inbox#" + message.Item);
            if (message.ApprovalIn(state) is not { Requested: var asked })
            {
                return MailText.OfQuestion(person, company.Name, message.EscalationIn(state)!, inbox);
            }

            var isTold = await atWork.Get<ApprovalSecrecy>().MayLeaveAsync(asked, state, cancellationToken);
            var until = time.GetUtcNow() + MailLink.Lifetime is var most && most < asked.ExpiresAt ? most : asked.ExpiresAt;
            var decide = isTold && settings.Links is { } secret && MailLinks.IsOwn(person, atWork.Get<IDirectory>())
                ? new Uri(settings.Address, $"{MailPages.Path}?link={new MailLink(asked.Approval, person.Id, asked.Digest, until, MailLinks.AddressOf(person)).Write(secret)}")
                : null;
            var amount = ApprovalCard.AmountOf(asked, atWork.Get<Catalog>().Infos.FirstOrDefault(t => t.Name == asked.Tool)?.Money, company.Currency);
            return MailText.OfApproval(person, company.Name, asked, atWork.Get<PlainWords>(), message.Kind == MailMessage.Reminded, isTold, amount, decide, until, inbox);
        }
    }
}
