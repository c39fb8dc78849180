using System.Collections.Immutable;
using System.CommandLine;

namespace AiManager.Host;

/// <summary><c>serve</c>, and what happens when no verb is given.</summary>
internal static class ServeCommand
{
    /// <summary>Where it listens when nobody says anything.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5080";

    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "Where to listen. Elsewhere than on this machine only with https:// and a certificate, or behind a proxy that company.yaml names.",
        HelpName = "URL",
        DefaultValueFactory = _ => DefaultUrl,
    };

    private static readonly Option<string?> Certificate = new("--certificate") { Description = $"What it speaks TLS with: PEM, or PKCS #12 with its password in {ListenAddress.PasswordVariable}.", HelpName = "FILE" };

    private static readonly Option<string?> CertificateKey = new("--certificate-key") { Description = "The certificate's key, PEM, where it stands in a file of its own.", HelpName = "FILE" };

    private static readonly Option<string?> As = new("--as") { Description = "Whom the printed link signs in. Default: the first person with the role 'operator'.", HelpName = "PERSON" };

    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) =>
        new Command("serve", "Runs the service (also without any verb).") { Urls, Certificate, CertificateKey, As, SharedOptions.Activate }.Does(terminal, (line, token) => ServeAsync(terminal, line, token));

    /// <summary>Lets the program serve when no verb is given.</summary>
    public static RootCommand MakeDefault(RootCommand root, Terminal terminal)
    {
        root.Options.Add(Urls);
        root.Options.Add(Certificate);
        root.Options.Add(CertificateKey);
        root.Options.Add(As);
        root.Options.Add(SharedOptions.Activate);
        return root.Does(terminal, (line, token) => ServeAsync(terminal, line, token));
    }

    private static async Task<int> ServeAsync(Terminal terminal, ParseResult line, CancellationToken cancellationToken)
    {
        var listen = ListenAddress.Read(
            line.GetValue(Urls) ?? DefaultUrl, line.GetValue(Certificate), line.GetValue(CertificateKey), FileVariables.Over(Environment.GetEnvironmentVariable)(ListenAddress.PasswordVariable));
        var place = SharedOptions.Place(line);
        if (place.IsShared)
        {
            return await ServeAsync(terminal, line, place, await OpenedCompany.OfStoreAsync(place, line.GetValue(SharedOptions.Activate), cancellationToken), listen, null, cancellationToken);
        }

        var company = place.LoadFolder();
        _ = company.ToResource().PersonOrOperator(line.GetValue(As));
        using var folder = await DataFolder.TakeOrRefuseAsync(place.DataFolder, cancellationToken);
        return await ServeAsync(terminal, line, place, await OpenedCompany.OfFolderAsync(company, folder, cancellationToken, activates: line.GetValue(SharedOptions.Activate)), listen, folder, cancellationToken);
    }

    private static async Task<int> ServeAsync(
        Terminal terminal, ParseResult line, Place place, OpenedCompany opened, ListenAddress listen, DataFolder? folder, CancellationToken cancellationToken)
    {
        await using var server = await CompanyServer.StartAsync(opened, place, listen, cancellationToken);
        var company = server.Company;
        var person = company.ToResource().PersonOrOperator(line.GetValue(As));
        folder?.Announce(new DataHolder(Environment.ProcessId, server.LocalUrl.ToString(), server.Token));
        var kept = folder is null ? $"host {opened.Driving.Node} on {place.Store}" : $"company {company.Folder}, data {folder.FullPath}";
        await terminal.Out.WriteLineAsync($"{Printable.Line(company.Settings.Name)} at {server.Url}  ({kept})");
        foreach (var notice in await NoticesAsync(server, opened.Standing, listen, cancellationToken))
        {
            await terminal.Out.WriteLineAsync(Printable.Line(notice));
        }

        await terminal.Out.WriteLineAsync(Printable.Line(company.ToResource().ModelSentence));
        await terminal.Out.WriteLineAsync($"Sign in as {Printable.Line(person.Name)} with this link, once, within {SignInLinks.Lifetime.TotalMinutes:0} minutes: {server.SignInLink(person.Id)}");
        await terminal.Out.FlushAsync(cancellationToken);
        await server.RunAsync(cancellationToken);
        return Exit.Completed;
    }

    private static async Task<ImmutableArray<string>> NoticesAsync(CompanyServer server, Standing standing, ListenAddress listen, CancellationToken cancellationToken)
    {
        var nodes = await server.Get<INodes>().ListAsync(cancellationToken);
        return [.. new[] { standing.Sentence, listen.Notice(server.Company.Settings), server.Get<SessionKeys>().Notice }.OfType<string>(), .. server.Company.Warnings.Select(w => w.ToString()), .. NodeNotices.Of(nodes, server.Get<TimeProvider>().GetUtcNow())];
    }
}
