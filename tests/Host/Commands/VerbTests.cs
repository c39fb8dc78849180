using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace AiManager.Host.Tests;

/// <summary>How verbs end when something goes wrong: with one sentence and a number that scripts rely on, never with a stack.</summary>
public sealed class VerbTests : IDisposable
{
    private readonly TempFolder _company = SmallCompany.Make();
    private readonly TempFolder _data = new();

    public static TheoryData<Exception, int, string> Faults => new()
    {
        { new FileNotFoundException("Could not find file '/proc/x'."), Exit.Unexpected, "Could not find file '/proc/x'.\n" },
        { new IOException("No space left on device"), Exit.Unexpected, "No space left on device\n" },
        { new UnauthorizedAccessException("Access to the path is denied."), Exit.Unexpected, "Access to the path is denied.\n" },
        { new TaskCanceledException("The request was canceled.", new TimeoutException("It took 120 s.")), Exit.Unexpected, "It took longer than this waits: The request was canceled.\n" },
        { new ArgumentOutOfRangeException("value"), Exit.Unexpected, "Unexpected: ArgumentOutOfRangeException: Specified argument was out of the range of valid values. (Parameter 'value')\n" },
        { new HttpRequestException("The service stops."), Exit.Unexpected, "The service stops.\n" },
        { new UsageException("There is no such thing."), Exit.Usage, "There is no such thing.\n" },
    };

    public void Dispose()
    {
        _company.Dispose();
        _data.Dispose();
    }

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task Whatever_goes_wrong_is_one_line_and_a_number(Exception fault, int code, string words)
    {
        ArgumentNullException.ThrowIfNull(fault);
        Assert.Equal((code, words), await RunAsync(terminal => new Command("try").Does(terminal, (_, _) => Task.FromException<int>(fault)), "try"));
    }

    [Fact]
    public async Task A_length_of_time_that_no_calendar_has_is_a_matter_of_usage() => Assert.Equal(
        (Exit.Usage, "'2000000000d' is no length of time; one looks like 90d or 12h.\n"),
        await RunAsync(ArchiveCommand.Make, "archive", "--older-than", "2000000000d", "--data", await WithJournalAsync()));

    [Theory]
    [InlineData("0d", 0)]
    [InlineData("1000000d", 2)]
    [InlineData("d", 2)]
    public async Task How_old_what_is_archived_must_be_reaches_back_to_the_beginning_of_the_calendar(string age, int code)
    {
        var data = await WithJournalAsync();
        Assert.Equal(code, (await RunAsync(ArchiveCommand.Make, "archive", "--older-than", age, "--to", _data["archive"], "--data", data)).Code);
    }

    [Fact]
    public async Task A_policy_in_a_file_is_read_as_the_one_of_a_company_is()
    {
        Assert.Equal(Exit.Completed, (await DiffAsync("version: 1\nrules: []\n"u8.ToArray())).Code);
        Assert.Equal(Exit.Usage, (await DiffAsync("version: 1\nrules: [] # \u202Eto the left\n"u8.ToArray(), "other.yaml:2:")).Code);
        Assert.Equal(Exit.Usage, (await DiffAsync(new byte[CompanyText.LongestFile + 1], "is longer than")).Code);
        Assert.Equal(Exit.Usage, (await DiffAsync([0xC3, 0x28], "is not UTF-8")).Code);
    }

    [Fact]
    public void A_listener_that_is_in_the_way_is_told_from_a_disk_that_is_full()
    {
        var fault = new SocketException((int)SocketError.AddressNotAvailable);
        Assert.True(ListenAddress.IsTaken(fault));
        Assert.True(ListenAddress.IsTaken(new IOException("Failed to bind to address.", new AddressInUseException("It is in use.", fault))));
        Assert.True(ListenAddress.IsTaken(new IOException("Failed to bind to both.", new AggregateException(new AddressInUseException("One."), fault))));
        Assert.False(ListenAddress.IsTaken(new IOException("No space left on device")));
        Assert.False(ListenAddress.IsTaken(new InvalidOperationException("A service did not start.")));
    }

    [Fact]
    public void A_link_leads_to_the_name_of_the_service_only_where_the_host_that_knows_it_is_the_only_one_there()
    {
        var (limits, url, local) = (new ApiLimits().At(new Uri("https://manager.example.com/")), new Uri("http://10.0.0.7:5080/"), new Uri("http://127.0.0.1:6000/"));
        Assert.Equal("manager.example.com", SignInLinks.AddressOf(limits, url, local, isShared: false).Host);
        Assert.Equal(local, SignInLinks.AddressOf(limits, url, local, isShared: true));
        Assert.Equal(local, SignInLinks.AddressOf(limits, local, local, isShared: false));
        Assert.Equal(local, SignInLinks.AddressOf(new ApiLimits(), url, local, isShared: false));
    }

    [Theory]
    [InlineData("completed", Exit.Completed)]
    [InlineData("failed", Exit.Failed)]
    [InlineData("cancelled", Exit.Failed)]
    [InlineData("waiting", Exit.Waiting)]
    [InlineData("paused", Exit.Waiting)]
    [InlineData("planning", Exit.Unexpected)]
    [InlineData("running", Exit.Unexpected)]
    public void A_run_ends_with_the_number_of_its_status(string status, int code) => Assert.Equal(code, Exit.Of(status));

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task What_a_server_cannot_do_now_is_not_taken_for_a_mistake_of_the_command_line(HttpStatusCode status)
    {
        using var reply = Refusal(status);
        Assert.Equal("Not now.", (await Assert.ThrowsAsync<HttpRequestException>(() => LoopbackClient.ReadAsync(reply, HostJson.Default.CompanyResource, CancellationToken.None))).Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.Conflict)]
    public async Task What_a_server_refuses_is_a_matter_of_usage(HttpStatusCode status)
    {
        using var reply = Refusal(status);
        Assert.Equal("Not now.", (await Assert.ThrowsAsync<UsageException>(() => LoopbackClient.ReadAsync(reply, HostJson.Default.CompanyResource, CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Beside_a_server_what_is_unfinished_is_found_oldest_first_whatever_it_waits_for_and_what_is_over_is_not()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var (planned, paused, over) = (await api.SubmittedAsync(), await api.SubmittedAsync(), await api.SubmittedAsync());
        await api.AppendAsync(paused, new WorkflowPaused(new PrivateText("jana", "Wait.")));
        await api.AppendAsync(over, new GoalCancelled(new PrivateText("jana", "Not wanted.")));
        await using var desk = await LoopbackDesk.OpenAsync(new LoopbackClient(api.Url, api.Get<TerminalToken>().Value), CancellationToken.None);
        Assert.Equal([planned, paused], (await desk.OpenAsync(CancellationToken.None)).AsEnumerable());
    }

    private static HttpResponseMessage Refusal(HttpStatusCode status) => new(status) { Content = new StringContent("""{"detail":"Not now."}""") };

    private async Task<(int Code, string Errors)> DiffAsync(byte[] policy, string fault = "")
    {
        var found = await RunAsync(AuthorityCommand.Make, "authority", "diff", _company.Path, _data.Write("other.yaml", policy), "--company", _company.Path, "--data", _data.Path);
        Assert.Contains(fault, found.Errors, StringComparison.Ordinal);
        return found;
    }

    private async Task<string> WithJournalAsync()
    {
        await using var store = Memory.SqliteStore.Open(_data.Path, new Memory.SqliteStoreOptions());
        return _data.Path;
    }

    private static async Task<(int Code, string Errors)> RunAsync(Func<Terminal, Command> make, params string[] arguments)
    {
        await using var errors = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(TextWriter.Null, errors, null, null);
        var root = new RootCommand { make(terminal), SharedOptions.CompanyOption, SharedOptions.Data, SharedOptions.Store };
        return (await Verb.RunAsync(root, arguments, terminal), errors.ToString());
    }
}
