using AiManager.Contracts;
using AiManager.Host;
using AiManager.ManagerAgent;
using Microsoft.Playwright;

namespace AiManager.Browser.Tests;

/// <summary>The real service with the shipped sample, and one browser: both are started once for all tests.</summary>
public class ConsoleUnderTest : IAsyncLifetime
{
    // A busy machine is no fault of the console.
    private const float Patience = 60_000;

    private readonly string _data = Directory.CreateTempSubdirectory("aim-browser-").FullName;
    private readonly string _company = Directory.CreateTempSubdirectory("aim-company-").FullName;
    private readonly List<IDisposable> _held = [];
    private CompanyServer? _server;
    private IBrowser? _browser;

    /// <summary>The company that is served: the shipped sample, of whose monitors none goes off by the clock while tests run.</summary>
    private protected string CompanyFolder => Path.Combine(_company, "procurement");

    /// <summary>Where; a port of 0 for a free one.</summary>
    private protected virtual Uri Address { get; } = new("http://127.0.0.1:0");

    /// <summary>What stands in for the environment.</summary>
    private protected virtual string? Variable(string name) => null;

    /// <inheritdoc/>
    public virtual async Task InitializeAsync()
    {
        if (!File.Exists(BrowserFactAttribute.Chromium))
        {
            return;
        }

        var sample = Path.Combine(Root(), "samples", "procurement");
        foreach (var file in Directory.EnumerateFiles(sample, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(CompanyFolder, Path.GetRelativePath(sample, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var monitors = Path.Combine(CompanyFolder, "monitors.yaml");
        await File.WriteAllTextAsync(monitors, SampleHours.Away(await File.ReadAllTextAsync(monitors)));
        await ChangeAsync();
        var place = new Place(CompanyFolder, _data, new StoreSetting.Folder());
        var folder = (await DataFolder.TakeAsync(_data, TimeProvider.System, CancellationToken.None) as DataFolderResult.Taken)?.Folder
            ?? throw new InvalidOperationException("A new folder is nobody else's.");
        _held.Add(folder);
        var opened = await OpenedCompany.OfFolderAsync(LoadedCompany.Load(CompanyFolder, _data, Variable), folder, CancellationToken.None);
        _server = await CompanyServer.StartAsync(opened, place, Address, CancellationToken.None);
        Assertions.SetDefaultExpectTimeout(Patience); // five seconds otherwise, which a page whose script has yet to take a key may need where others use the machine
        var playwright = await Playwright.CreateAsync();
        _held.Add(playwright);
        _browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = BrowserFactAttribute.Chromium,
            Args = ["--headless", "--no-sandbox"],
            Timeout = Patience * 2,
        });
    }

    /// <summary>Changes the company before it is served.</summary>
    private protected virtual Task ChangeAsync() => Task.CompletedTask;

    /// <summary>A part of the service.</summary>
    internal TService Get<TService>()
        where TService : notnull => _server!.Get<TService>();

    /// <summary>The sample's workflow that buys what is low, with a call in it that waits for somebody.</summary>
    internal async Task<WorkflowId> WaitingAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(Patience * 2));
        while (true)
        {
            var submitted = await Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("Restock everything below its reorder point.", "jana", _server!.Company.Bundle.Hash), patience.Token);
            var workflow = submitted switch
            {
                SubmitResult.Created created => created.Workflow,
                SubmitResult.Joined joined => joined.Workflow,
                _ => throw new InvalidOperationException($"The sample takes its own goal: {submitted}"),
            };
            using var listener = Get<Pulse>().Listen(workflow.ToString());
            while (await Get<IWorkflowOutside>().ReadAsync(workflow, patience.Token) is { } state)
            {
                if (state is { ShownStatus: WorkflowStatus.Waiting } && state.Approvals.Values.Any(a => a.Verdict is null))
                {
                    return workflow;
                }

                // Another test has decided what it could.
                if (state is { ShownStatus: WorkflowStatus.Waiting or WorkflowStatus.Paused })
                {
                    await Get<WorkflowDesk>().CancelAsync(workflow, "It is done with.", "jana", patience.Token);
                }

                if (state.IsFinal)
                {
                    break;
                }

                await listener.WaitAsync(patience.Token);
            }
        }
    }

    /// <summary>Asks people something in a workflow, as an agent does that found something.</summary>
    internal async Task AskAsync(WorkflowId workflow, string question, string role) => await Get<IWorkflowOutside>().AppendAsync(
        workflow,
        _ => new OutsideDecision.Append([new Escalated(PrefixedId.Derive<EscalationId>(workflow.Value, question), EscalationKind.Finding, null, null, question, ["noted"], role, null)]),
        Actor.System,
        CancellationToken.None);

    /// <summary>A window in which somebody is signed in, on the first page; nobody is in one without a person.</summary>
    /// <param name="person">Who.</param>
    /// <param name="width">Of the window.</param>
    /// <param name="isDark">Whether the system is.</param>
    /// <param name="runsScript">False for a browser that runs none.</param>
    public async Task<IPage> OpenAsync(string? person, int width = 1280, bool isDark = false, bool runsScript = true)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = runsScript,
            BaseURL = _server!.Url.ToString(),
        });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        await page.GotoAsync(person is null ? "/" : _server.SignInLink(person).ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
        return page;
    }

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _held.ForEach(h => h.Dispose());
        Directory.Delete(_data, recursive: true);
        Directory.Delete(_company, recursive: true);
    }

    /// <summary>Of the repository.</summary>
    private protected static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AiManager.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        }

        return folder.FullName;
    }
}
