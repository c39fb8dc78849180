using System.Net;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>What a start makes of files that lie otherwise in the folder than what people agreed to, and what <c>activate</c> does beside a running server.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TempFolder _company = SmallCompany.Make(ControlledCompany.Files());
    private readonly TempFolder _data = new();

    public void Dispose()
    {
        _company.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task What_a_second_person_confirmed_outlives_a_restart_until_somebody_brings_the_folders_files_into_force()
    {
        var confirmed = await ConfirmedAsync(200);
        await AtAsync(opened =>
        {
            Assert.Equal((confirmed, confirmed, true), (opened.Company.Bundle.Hash, opened.Stream.State.Bundle, opened.Standing.IsHeld));
            Assert.Contains("authority.yaml (differs)", opened.Standing.Sentence, StringComparison.Ordinal);
            Assert.Contains("brought what is in force into force by name", opened.Standing.Sentence, StringComparison.Ordinal);
            return Task.CompletedTask;
        });

        var (code, _, errors) = await RunAsync("authority", "check", "--agent", "buyer", "--tool", "erp.order", "--args", """{"supplier":"a","total":150}""");
        Assert.Equal(Exit.Completed, code);
        Assert.Matches("of the files in .* In force is another configuration .*authority.yaml \\(differs\\)", errors);

        await AtAsync(
            opened =>
            {
                Assert.NotEqual(confirmed, opened.Stream.State.Bundle);
                Assert.Null(opened.Standing.Sentence);
                return Task.CompletedTask;
            },
            activates: true);
        Assert.DoesNotContain("note:", (await RunAsync("authority", "check", "--agent", "buyer", "--tool", "erp.order")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_let_less_through_come_into_force_with_a_start_as_ever_where_no_person_brought_in_what_is()
    {
        await AtAsync(_ => Task.CompletedTask);
        _company.Write("authority.yaml", ControlledCompany.Authority(50));
        await AtAsync(opened =>
        {
            Assert.Equal((opened.Company.Bundle.Hash, null), (opened.Stream.State.Bundle, opened.Standing.Sentence));
            Assert.Contains("<= 50", opened.Company.Bundle.Texts["authority.yaml"], StringComparison.Ordinal);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Beside_a_server_activate_goes_to_it_and_the_page_says_that_the_folder_differs()
    {
        var place = new Place(_company.Path, _data["data"], new StoreSetting.Folder());
        using var taken = Assert.IsType<DataFolderResult.Taken>(await DataFolder.TakeAsync(place.DataFolder, TimeProvider.System, CancellationToken.None)).Folder;
        await using var server = await CompanyServer.StartAsync(await OpenedCompany.OfFolderAsync(place.LoadFolder(), taken, CancellationToken.None), place, new Uri("http://127.0.0.1:0"), CancellationToken.None);
        taken.Announce(new DataHolder(Environment.ProcessId, server.LocalUrl.ToString(), server.Token));
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = server.LocalUrl };
        using var signedIn = await browser.GetAsync(server.SignInLink("carla"));
        Assert.DoesNotContain("id=\"folder\"", await browser.GetStringAsync(new Uri("/authority", UriKind.Relative)), StringComparison.Ordinal);

        _company.Write("authority.yaml", ControlledCompany.Authority(500));
        Assert.Contains("authority.yaml (differs)", await browser.GetStringAsync(new Uri("/authority", UriKind.Relative)), StringComparison.Ordinal);
        var (code, _, errors) = await RunAsync("activate");
        Assert.Equal(Exit.Usage, code);
        Assert.Contains("--as PERSON", errors, StringComparison.Ordinal);
        (code, var output, _) = await RunAsync("activate", "--as", "jana", "--reason", "More.");
        Assert.Equal(Exit.Waiting, code);
        var change = Regex.Match(output, "waits for a second person: (chg_\\w+)").Groups[1].Value;
        await server.Get<CompanyStream>().RefreshAsync(CancellationToken.None);
        var waits = Assert.Single(server.Get<CompanyStream>().State.Changes.Values);
        Assert.Equal((change, Caller.LocalTerminal, "More.", Actor.Person("jana")), (waits.Proposed.Change.ToString(), waits.Proposed.Via, waits.Proposed.Reason?.Words, waits.By));

        _company.Write("authority.yaml", ControlledCompany.Authority(50));
        (code, output, _) = await RunAsync("activate", "--as", "jana");
        Assert.Equal(Exit.Completed, code);
        Assert.StartsWith("In force for all hosts:", output, StringComparison.Ordinal);
        Assert.Equal(place.LoadFolder().Bundle.Hash, server.Get<CompanyStream>().State.Bundle);

        _company.Write("authority.yaml", ControlledCompany.Authority(40).Replace("expect: ask", "expect: deny", StringComparison.Ordinal));
        (code, _, errors) = await RunAsync("activate", "--as", "jana");
        Assert.Equal(Exit.Usage, code);
        Assert.Contains("does not pass its own tests", errors, StringComparison.Ordinal);
        using var elsewhere = SmallCompany.Make(ControlledCompany.Files(("authority.yaml", ControlledCompany.Authority(30))));
        (code, _, errors) = await RunOnAsync(elsewhere.Path, "activate", "--as", "jana");
        Assert.Equal(Exit.Usage, code);
        Assert.Contains("holds other files than those that are meant", errors, StringComparison.Ordinal);
    }

    /// <summary>Somebody proposes another limit, somebody else confirms it, and the folder stays as it is.</summary>
    private async Task<string> ConfirmedAsync(int limit)
    {
        var hash = string.Empty;
        await AtAsync(async opened =>
        {
            var wider = CompanyFolder.Of(opened.Company.Bundle.Texts.SetItem("authority.yaml", ControlledCompany.Authority(limit)));
            var waits = Assert.IsType<Activation.Waits>(await new BundleActivation(opened.Stream, opened.Store.Blobs, opened.Company.Other).ActivateAsync(wider, overrides: true, "jana", "More.", CancellationToken.None));
            Assert.IsType<ChangeResult.Done>(await new ChangeDesk(opened.Stream, opened.Store.Blobs, opened.Company).ConfirmAsync(waits.Change.Proposed.Change, "carla", Caller.Api, null, CancellationToken.None));
            hash = wider.Hash;
        });
        return hash;
    }

    private async Task AtAsync(Func<OpenedCompany, Task> look, bool activates = false)
    {
        var place = new Place(_company.Path, _data["data"], new StoreSetting.Folder());
        using var taken = Assert.IsType<DataFolderResult.Taken>(await DataFolder.TakeAsync(place.DataFolder, TimeProvider.System, CancellationToken.None)).Folder;
        await using var opened = await OpenedCompany.OfFolderAsync(place.LoadFolder(), taken, CancellationToken.None, activates: activates);
        await look(opened);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] args) => RunOnAsync(_company.Path, args);

    private async Task<(int Code, string Output, string Errors)> RunOnAsync(string company, params string[] args)
    {
        using var said = new StringWriter();
        using var complained = new StringWriter();
        var code = await Verbs.RunAsync([.. args, "--company", company, "--data", _data["data"]], new Terminal(said, complained, null, null));
        return (code, said.ToString(), complained.ToString());
    }
}
