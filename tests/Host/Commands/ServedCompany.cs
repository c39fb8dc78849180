using System.Security.Cryptography.X509Certificates;

namespace AiManager.Host.Tests;

/// <summary>The whole server on a small company of its own, wherever a test has it listen.</summary>
internal sealed class ServedCompany : IDisposable
{
    private const string People = "people:\n  - { id: jana, name: Jana, roles: [operator] }\n";

    private TempFolder? _company;
    private DataFolder? _taken;

    /// <summary>Where its data is, and files of a test.</summary>
    public TempFolder Data { get; } = new();

    /// <summary>The least company with one person, and more lines in <c>company.yaml</c>.</summary>
    public static TempFolder Folder(string settings) => SmallCompany.Make(("company.yaml", SmallCompany.Settings + settings), ("people.yaml", People));

    /// <summary>Its settings as they are read.</summary>
    public LoadedCompany Load(string settings)
    {
        using var company = Folder(settings);
        return LoadedCompany.Load(company.Path, Data.Path, _ => null);
    }

    /// <summary>A file with a new certificate and its key.</summary>
    public string Pem()
    {
        using var made = MadeCertificate.New();
        return Pem(made);
    }

    /// <summary>A file with a certificate and its key.</summary>
    public string Pem(X509Certificate2 made) => Data.Write("server.pem", made.Pem());

    /// <summary>Starts it.</summary>
    /// <param name="listen">Where.</param>
    /// <param name="settings">More lines in <c>company.yaml</c>.</param>
    /// <param name="hasKey">Whether somebody has a key.</param>
    public async Task<CompanyServer> StartAsync(ListenAddress listen, string settings, bool hasKey)
    {
        _company = Folder(settings);
        var place = new Place(_company.Path, Path.Combine(Data.Path, "data"), new StoreSetting.Folder());
        _taken = Assert.IsType<DataFolderResult.Taken>(await DataFolder.TakeAsync(place.DataFolder, TimeProvider.System, CancellationToken.None)).Folder;
        var opened = await OpenedCompany.OfFolderAsync(place.LoadFolder(), _taken, CancellationToken.None);
        if (hasKey)
        {
            await new KeyDesk(opened.Stream, opened.Company.Directory, TimeProvider.System).CreateAsync("jana", [], null, Actor.System, CancellationToken.None);
        }

        return await CompanyServer.StartAsync(opened, place, listen, CancellationToken.None);
    }

    public void Dispose()
    {
        _taken?.Dispose();
        _company?.Dispose();
        Data.Dispose();
    }
}
