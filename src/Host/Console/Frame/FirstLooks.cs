using AiManager.Tools;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace AiManager.Host;

/// <summary>
/// Looks at the pages that people open first once the service listens, so that nobody's first look waits for what is made once: the way back through the journal that
/// track records and insights begin with, and the code of pages. One after the other and for nobody: nothing is shown, no session is begun, and nothing waits for it.
/// </summary>
internal sealed class FirstLooks(IServiceScopeFactory scopes, ILoggerFactory loggers, TimeProvider time, IHostApplicationLifetime lifetime) : BackgroundService
{
    // Whoever starts a service for one errand is gone by then, and what is to be driven has begun.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Of lists that may be long: enough for what is made once, and few among the workflows that are kept.
    private const int Some = 50;

    /// <summary>Looks at each once. Throws what the store throws.</summary>
    /// <returns>How much was rendered, in characters.</returns>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var rendered = await LookAsync<Home>(async (services, content) => await services.GetRequiredService<HomeReader>().ReadAsync(content, cancellationToken), cancellationToken);
        await ReadListsAsync(cancellationToken);
        if (await NewestAsync(cancellationToken) is { } newest)
        {
            rendered += await LookAsync<WorkflowDetail>(async (services, content) => await WorkflowPages.ReadAsync(newest, services, content, cancellationToken), cancellationToken)
                + await LookAsync<Timeline>(async (services, content) => await WorkflowPages.TimelineAsync(newest, TimelinePage.Zooms[0], null, null, services, content, cancellationToken), cancellationToken);
        }

        // Workflows that were looked at last are kept: those of the first pages.
        return rendered
            + await LookAsync<PeopleList>(async (services, _) => await CompanyPages.ReadPeopleAsync(services, cancellationToken), cancellationToken)
            + await LookAsync<Insights>(async (services, _) => new InsightsPage(await services.GetRequiredService<InsightReader>().ReadAsync(null, null, cancellationToken), null, null), cancellationToken)
            + await LookAsync<Jobs>(async (services, _) => await JobPages.ReadAsync(services, new JobsAsked(), null, cancellationToken), cancellationToken)
            + await LookAsync<WorkflowList>(async (services, _) => await WorkflowPages.ReadListAsync(services, StatusNames.Write(WorkflowStatus.Running), cancellationToken), cancellationToken)
            + await LookAsync<Inbox>(async (services, content) => await services.GetRequiredService<InboxReader>().ReadAsync(content, InboxPlace.First, InboxPages.Shown, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var listens = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stoppingToken);
            await Task.Delay(Pause, time, stoppingToken);
            await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
#pragma warning disable CA1031 // a page that cannot be shown is said to whoever asks for it; the service goes on
        catch (Exception fault)
#pragma warning restore CA1031
        {
            loggers.CreateLogger<FirstLooks>().FirstLooksFailed(fault);
        }
    }

    private async Task<WorkflowId?> NewestAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IReadModels>().WorkflowsAsync(new WorkflowQuery(Limit: 1), cancellationToken)).Items is [var newest, ..] ? newest.Workflow : null;
    }

    /// <summary>What other programs ask for first: the workflows behind what waits have to be read for it, and what has happened since has to be remembered.</summary>
    private async Task ReadListsAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        await EscalationList.ReadAsync(services.GetRequiredService<IReadModels>(), services.GetRequiredService<IWorkflowOutside>(), services.GetRequiredService<PlainWords>(), new InboxQuery("open", Limit: Some), cancellationToken);
        await services.GetRequiredService<ApprovalDesk>().ListAsync(new InboxQuery("pending", Limit: Some), null, cancellationToken);
        await services.GetRequiredService<MemoryDesk>().FreshenAsync(cancellationToken);
    }

    private async Task<int> LookAsync<TPage>(Func<IServiceProvider, PageContent, Task<object?>> read, CancellationToken cancellationToken)
        where TPage : IComponent
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var (content, directory) = (services.GetRequiredService<PageContent>(), services.GetRequiredService<IDirectory>());
        if (directory.People.FirstOrDefault(p => p.Roles.Contains(CompanyResource.Operator)) is not { } person)
        {
            return 0;
        }

        content.TakeCompany(services.GetRequiredService<LoadedCompany>(), directory, time);
        (content.Person, content.Permissions) = (person, RolePermissions.Of(person.Roles).ToHashSet(StringComparer.Ordinal));
        content.Waiting = await InboxCount.ReadAsync(services, person, cancellationToken);
        if (await read(services, content) is not { } page)
        {
            return 0;
        }

        content.Show(page);
        await using var renderer = new HtmlRenderer(services, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(ParameterView.Empty)).ToHtmlString().Length);
    }
}
