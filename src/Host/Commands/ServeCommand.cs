using System.CommandLine;

namespace AiManager.Host;

/// <summary><c>serve</c>, and what happens when no verb is given.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "Where to listen: a loopback address.",
        HelpName = "URL",
        DefaultValueFactory = _ => DefaultUrl,
    };

    private static readonly Option<string?> As = new("--as") { Description = "Whom the printed link signs in. Default: the first person with the role 'operator'.", HelpName = "PERSON" };

    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) =>
        new Command("serve", "Runs the service (also without any verb).") { Urls, As }.Does(terminal, (line, token) => ServeAsync(terminal, line, token));

    /// <summary>Lets the program serve when no verb is given.</summary>
    public static RootCommand MakeDefault(RootCommand root, Terminal terminal)
    {
        root.Options.Add(Urls);
        root.Options.Add(As);
        return root.Does(terminal, (line, token) => ServeAsync(terminal, line, token));
    }

    private static async Task<int> ServeAsync(Terminal terminal, ParseResult line, CancellationToken cancellationToken)
    {
        var url = LoopbackAddress.Read(line.GetValue(Urls) ?? DefaultUrl);
        var data = SharedOptions.DataFolder(line);
        var company = SharedOptions.Company(line);
        var person = company.ToResource().PersonOrOperator(line.GetValue(As));
        using var folder = await DataFolder.TakeAsync(data, TimeProvider.System, cancellationToken) switch
        {
            DataFolderResult.Taken taken => taken.Folder,
            DataFolderResult.InUse taken => throw new DataFolderInUseException(taken),
            _ => throw new InvalidOperationException("A data folder is taken or in use."),
        };
        await using var server = await CompanyServer.StartAsync(company, folder, url, cancellationToken);
        folder.Announce(new DataHolder(Environment.ProcessId, server.Url.ToString(), server.Token));
        await terminal.Out.WriteLineAsync($"{Printable.Line(company.Settings.Name)} at {server.Url}  (company {company.Folder}, data {folder.FullPath})");
        await terminal.Out.WriteLineAsync(Printable.Line(company.ToResource().ModelSentence));
        await terminal.Out.WriteLineAsync($"Sign in as {Printable.Line(person.Name)} with this link, once, within {SignInLinks.Lifetime.TotalMinutes:0} minutes: {server.SignInLink(person.Id)}");
        await terminal.Out.FlushAsync(cancellationToken);
        await server.RunAsync(cancellationToken);
        return Exit.Completed;
    }
}
