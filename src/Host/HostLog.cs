namespace AiManager.Host;

/// <summary>Every message this project writes. Ids 4000–4199; an id is never reused.</summary>
internal static partial class HostLog
{
    [LoggerMessage(4000, LogLevel.Error, "The store could not serve {Path}")]
    public static partial void StoreAway(this ILogger logger, Exception fault, string path);

    [LoggerMessage(4010, LogLevel.Information, "The configuration {Bundle} came into force; it is used for workflows claimed from now on")]
    public static partial void ConfigurationTakenOn(this ILogger logger, string bundle);

    [LoggerMessage(4011, LogLevel.Error, "This host takes nothing on: {Fault}")]
    public static partial void ConfigurationRefused(this ILogger logger, string fault);

    [LoggerMessage(4014, LogLevel.Error, "What is in force cannot be read")]
    public static partial void LookFailed(this ILogger logger, Exception fault);

    [LoggerMessage(4013, LogLevel.Warning, "The store's clock is {Ahead} ahead of this machine's; the store's is used")]
    public static partial void ClockIsOff(this ILogger logger, TimeSpan ahead);

    [LoggerMessage(4012, LogLevel.Warning, "This host cannot say that it is alive")]
    public static partial void BeatFailed(this ILogger logger, Exception fault);

    [LoggerMessage(4070, LogLevel.Warning, "Nobody can sign in at {Provider}: {Why}")]
    public static partial void ProviderAway(this ILogger logger, string provider, string why);

    [LoggerMessage(4073, LogLevel.Warning, "{Event} of {Who} stands here and not in the journal, because a host of the release before, which cannot read it, is there")]
    public static partial void SignInNotJournaled(this ILogger logger, string who, string @event);

    [LoggerMessage(4071, LogLevel.Warning, "A sign-in at {Provider} is refused: {Why}")]
    public static partial void SignInRefused(this ILogger logger, string provider, string why);

    [LoggerMessage(4072, LogLevel.Information, "The key {Key} of {Person} opens nothing: {Why}")]
    public static partial void KeyRefused(this ILogger logger, string key, string person, string why);

    [LoggerMessage(4002, LogLevel.Error, "A live page failed; whoever looks at it comes back")]
    public static partial void LiveViewFailed(this ILogger logger, Exception fault);

    [LoggerMessage(4004, LogLevel.Information, "Looking at the first pages beforehand failed; whoever looks first waits a little longer")]
    public static partial void FirstLooksFailed(this ILogger logger, Exception fault);

    [LoggerMessage(4003, LogLevel.Error, "What happened could not be looked at for open pages; it is tried again")]
    public static partial void PulseFailed(this ILogger logger, Exception fault);

    [LoggerMessage(4005, LogLevel.Error, "Verifying the journal broke off")]
    public static partial void VerifyBrokeOff(this ILogger logger, Exception fault);

    [LoggerMessage(4063, LogLevel.Error, "Webhook {Webhook} is not told of the event at {Position}, which cannot be read; it goes on behind it")]
    public static partial void EventSteppedOver(this ILogger logger, Exception fault, string webhook, long position);

    [LoggerMessage(4001, LogLevel.Error, "{Path} failed; reference {Reference}")]
    public static partial void RequestFailed(this ILogger logger, Exception fault, string path, string reference);

    [LoggerMessage(4040, LogLevel.Error, "The upkeep {Upkeep} failed; it is done again at its next time")]
    public static partial void UpkeepFailed(this ILogger logger, Exception fault, string upkeep);

    [LoggerMessage(4062, LogLevel.Warning, "The webhook {Webhook} could not be looked after; it is tried again")]
    public static partial void WebhookFailed(this ILogger logger, Exception fault, string webhook);

    [LoggerMessage(4064, LogLevel.Warning, "Mail could not be looked after; it is tried again")]
    public static partial void MailFailed(this ILogger logger, Exception fault);

    [LoggerMessage(4061, LogLevel.Warning, "What is remembered could not be looked at for {Workflow}; it is planned without")]
    public static partial void RecallFailed(this ILogger logger, Exception fault, string workflow);

    [LoggerMessage(4060, LogLevel.Warning, "What a lifted suspension held could not be let go on; it is tried again")]
    public static partial void ReleaseFailed(this ILogger logger, Exception fault);

    [LoggerMessage(4041, LogLevel.Error, "The scheduler could not be brought to what the files say; it is tried again")]
    public static partial void JobsNotKept(this ILogger logger, Exception fault);

    [LoggerMessage(4074, LogLevel.Information, "The certificate in {File} was renewed; whoever connects from now on is shown the new one, which is good until {Until}")]
    public static partial void CertificateTaken(this ILogger logger, string file, DateTime until);

    [LoggerMessage(4075, LogLevel.Error, "The certificate stays the one before: {Fault}")]
    public static partial void CertificateRefused(this ILogger logger, string fault);

    [LoggerMessage(4076, LogLevel.Warning, "The journal could not be read into the audit's index; it is tried again")]
    public static partial void AuditNotFollowed(this ILogger logger, Exception fault);
}
