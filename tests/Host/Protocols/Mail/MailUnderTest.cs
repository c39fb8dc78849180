using System.Net;
using System.Text.RegularExpressions;
using AiManager.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>A company that tells its people by mail, with a real mail server and a clock that the test moves.</summary>
internal sealed partial class MailUnderTest : IAsyncDisposable
{
    /// <summary>What it says of links that decide.</summary>
    public const string Decides = "decide: true, secret: \"${MAIL}\"";

    private const string People =
        """
        people:
          - { id: jana, name: Jana, email: jana@example.com, roles: [operator] }
          - { id: petra, name: "Petra <b>\r\nBcc: evil@example.com", email: petra@example.com, roles: [lead] }
          - { id: omar, name: Omar, email: "omar@example.com\r\nRCPT TO:<evil@example.com>", roles: [lead] }
          - { id: helena, name: Helena, email: helena@example.com, roles: [cfo] }
          - { id: ota, name: Ota, roles: [lead] }
          - { id: adam, name: Adam, email: Twins@example.com, roles: [operator] }
          - { id: eva, name: Eva, email: twins@example.com, roles: [operator] }
        """;

    private const string Tools =
        """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=erp.db"
            tools:
              - { name: order, effect: write-reversible, parameters: { supplier: string }, sql: "select 1" }
              - { name: customer, effect: observe, parameters: {}, sql: "select 1", returns: { ".": { integrity: vetted, kind: customer, labels: [customer-data], reason: They are people. } } }
        """;

    private MailUnderTest(ApiUnderTest api, MailServer server, ManualTime time) => (Api, Server, Time, Round) = (api, server, time, RoundOf(api, time));

    public ApiUnderTest Api { get; }

    public MailServer Server { get; }

    public ManualTime Time { get; }

    public MailRound Round { get; private set; }

    public MailSettings Settings => Api.Get<CompanyAtWork>().Company.Settings.Mail!;

    /// <summary>Starts both; the company looks out for what happens from now on.</summary>
    /// <param name="keys">More keys of <c>mail</c>.</param>
    /// <param name="server">Its mail server; null for one without encryption.</param>
    /// <param name="authority">Its rules; null for none.</param>
    /// <param name="database">Where it is one of several hosts; null for a store of its own.</param>
    public static async Task<MailUnderTest> StartAsync(string keys = Decides, MailServer? server = null, string? authority = null, string? database = null)
    {
        server ??= new MailServer();
        var tls = keys.Contains("tls:", StringComparison.Ordinal) ? string.Empty : "tls: none, ";
        var settings = $"\nmail: {{ host: 127.0.0.1, port: {server.Port}, {tls}from: AI Manager <manager@example.com>, address: \"http://127.0.0.1:5080\", {keys} }}\n";
        (string, string)[] files = [("people.yaml", People), ("tools.yaml", Tools), .. authority is null ? [] : new[] { ("authority.yaml", authority) }];
        var api = database is null ? await ApiUnderTest.StartAsync(settings, files) : await ApiUnderTest.StartSharedAsync(database, settings, files);
        var mail = new MailUnderTest(api, server, new ManualTime(TimeProvider.System.GetUtcNow()));
        await mail.RunAsync();
        return mail;
    }

    public Task RunAsync() => Round.RunAsync(Settings, CancellationToken.None);

    /// <summary>What was in memory is gone.</summary>
    public void Restart() => Round = RoundOf(Api, Time);

    public async Task<List<WebhookDelivery>> KeptAsync() => [.. (await Api.Get<IWebhookOutbox>().ListAsync(IWebhookOutbox.Mail, null, null, 50, CancellationToken.None)).Items];

    /// <summary>A call that waits for a lead and the cfo, with a ladder.</summary>
    public async Task<(WorkflowId Workflow, ApprovalId Approval)> AskedAsync(string args = """{"supplier":"<b>acme</b>"}""", string reason = "It is large.", bool inOrder = false)
    {
        var workflow = await Api.SubmittedAsync();
        return (workflow, await AskAsync(workflow, args, reason, inOrder));
    }

    public async Task<ApprovalId> AskAsync(WorkflowId workflow, string args, string reason = "It is large.", bool inOrder = false, string facts = "{}", EffectPreview? preview = null)
    {
        var (call, approval) = (PrefixedId.Derive<CallId>(workflow.Value, "call"), PrefixedId.Derive<ApprovalId>(workflow.Value, "approval"));
        var end = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await Api.AppendAsync(
            workflow,
            new CallProposed(call, null, "purchaser", "erp.order", JsonText.Parse(args), []),
            new CallDecided(call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is large.", "policy", "v1", []),
            new ApprovalRequested(
                approval, call, null, "purchaser", "erp.order", JsonText.Parse(args), JsonText.Parse(facts), "digest", ["large"], [], reason, [new Seat("lead", 1), new Seat("cfo", 1)], ["jana"], end,
                new ApprovalLadder(end, null, null, [], inOrder ? [new SeatOrder("lead", "cfo")] : null))
            { Preview = preview });
        return approval;
    }

    /// <summary>The workflow has read who a customer is, which is confidential.</summary>
    public async Task ReadCustomerAsync(WorkflowId workflow, string name)
    {
        var read = PrefixedId.Derive<CallId>(workflow.Value, "read");
        await Api.AppendAsync(
            workflow,
            new CallProposed(read, null, "purchaser", "erp.customer", JsonText.EmptyObject, []),
            new CallDecided(read, Effect.Allow, ["r"], JsonText.EmptyObject, "", "policy", "v1", []));
        await Api.AppendAsync(
            workflow, new CallStarted(read, "key", true, [], null), new CallSettled(read, CallOutcome.Succeeded, JsonText.Parse($$"""{"rows":[{"name":"{{name}}"}]}"""), null, null, []));
    }

    public async Task<ApprovalState> StateAsync(WorkflowId workflow, ApprovalId approval) => (await Api.Get<IWorkflowOutside>().ReadAsync(workflow, CancellationToken.None))!.Approvals[approval];

    /// <summary>A link as a mail to somebody would have it.</summary>
    public string Link(ApprovalId approval, string person, string digest = "digest", TimeSpan? good = null) =>
        new MailLink(approval, person, digest, TimeProvider.System.GetUtcNow() + (good ?? TimeSpan.FromHours(1)), Api.Get<IDirectory>().Person(person) is { } known ? MailLinks.AddressOf(known) : "none").Write(Settings.Links ?? MailSecret.Read(ApiUnderTest.LinkSecret)!);

    /// <summary>The path of the link that stands in a mail.</summary>
    public static string LinkIn(string text) => Links().Match(text).Groups[1].Value;

    /// <summary>Asks for the link as a browser does that goes on where a page sends it.</summary>
    public static async Task<(HttpStatusCode Status, string Page)> LookAsync(HttpClient client, string link, bool goesOn = true)
    {
        using var reply = await client.GetAsync(new Uri($"{MailPages.Path}?link={link}", UriKind.Relative));
        var page = await reply.Content.ReadAsStringAsync();
        if (!goesOn || !page.Contains("http-equiv=\"refresh\"", StringComparison.Ordinal))
        {
            return (reply.StatusCode, page);
        }

        using var next = await client.GetAsync(new Uri($"{MailPages.Path}?here=yes&link={link}", UriKind.Relative));
        return (next.StatusCode, await next.Content.ReadAsStringAsync());
    }

    /// <summary>Sends the form of a link's page.</summary>
    public static async Task<(HttpStatusCode Status, string Page)> DecideAsync(HttpClient client, string link, string decision, string? page = null)
    {
        page ??= (await LookAsync(client, link)).Page;
        using var form = new FormUrlEncodedContent([new("link", link), new("decision", decision), new("reason", "By mail."), new("__RequestVerificationToken", Token().Match(page).Groups[1].Value)]);
        using var reply = await client.PostAsync(new Uri(MailPages.Path, UriKind.Relative), form);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync());
    }

    /// <summary>A browser in which nobody is signed in.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Api.Url };

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static MailRound RoundOf(ApiUnderTest api, ManualTime time) =>
        new(api.Get<IWebhookOutbox>(), api.Get<IWorkflowJournal>(), api.Get<CompanyAtWork>(), time, new Random(7), NullLogger<MailRound>.Instance);

    [GeneratedRegex(@"/decide\?link=(\S+)")]
    private static partial Regex Links();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
