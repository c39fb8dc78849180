namespace AiManager.Host.Tests;

/// <summary>The real service with the shipped sample, driving, in this process: started once for all tests of a class.</summary>
public sealed class ServedProcurement : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _data = new();
    private DataFolder? _folder;
    private CompanyServer? _server;

    internal Uri Url => _server!.Url;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "AiManager.sln")))
        {
            root = root.Parent!;
        }

        var place = new Place(Path.Combine(root.FullName, "samples", "procurement"), _data.Path, new StoreSetting.Folder());
        _folder = Assert.IsType<DataFolderResult.Taken>(await DataFolder.TakeAsync(_data.Path, TimeProvider.System, CancellationToken.None)).Folder;
        _server = await CompanyServer.StartAsync(
            await OpenedCompany.OfFolderAsync(place.LoadFolder(), _folder, CancellationToken.None), place, new Uri("http://127.0.0.1:0"), CancellationToken.None);
    }

    /// <summary>A new key of somebody.</summary>
    internal async Task<string> KeyAsync(string person, params string[] scopes) =>
        (await _server!.Get<KeyDesk>().CreateAsync(person, [.. scopes], null, Actor.System, CancellationToken.None)).Write();

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _data.Dispose();
}
