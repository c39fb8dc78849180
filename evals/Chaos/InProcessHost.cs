using AiManager.Host;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.Evals;

/// <summary>A company at work in this process, wired as the program wires it but for the model and the clock.</summary>
internal sealed class InProcessHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly OpenedCompany _opened;
    private readonly DataFolder _data;

    private InProcessHost(OpenedCompany opened, DataFolder data, IModelClient model, TimeProvider time)
    {
        (_opened, _data) = (opened, data);
        var services = new ServiceCollection().AddLogging().AddStore(opened.Store, opened.Stream, opened.Crash, time).AddCompany(opened.Company, opened.Driving);
        _services = services.AddSingleton(model).BuildServiceProvider();
    }

    /// <summary>The company.</summary>
    public LoadedCompany Company => _opened.Company;

    /// <summary>A part of it.</summary>
    public TService Get<TService>()
        where TService : notnull => _services.GetRequiredService<TService>();

    /// <summary>Opens it. Throws <see cref="ConfigException"/>.</summary>
    /// <param name="folder">The company and where its data go.</param>
    /// <param name="modelOf">What is asked instead of the company's model.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isSerial">One workflow after the other, and of each one step after the other, so that two runs take the same way through the world.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<InProcessHost> OpenAsync(
        CaseFolder folder, Func<LoadedCompany, IModelClient> modelOf, TimeProvider time, bool isSerial, CancellationToken cancellationToken)
    {
        var company = LoadedCompany.Load(folder.Company, folder.Data, _ => null);
        var data = await DataFolder.TakeAsync(folder.Data, TimeProvider.System, cancellationToken) is DataFolderResult.Taken taken ? taken.Folder : throw new IOException($"{folder.Data} is in use.");
        var opened = await OpenedCompany.OfFolderAsync(company, data, cancellationToken);
        if (isSerial)
        {
            (opened.Driving.MaxParallelSteps, opened.Driving.MaxParallelWorkflows) = (1, 1);
        }

        return new InProcessHost(opened, data, modelOf(opened.Company), time);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _opened.DisposeAsync();
        _data.Dispose();
    }
}
