using System.CommandLine;

namespace AiManager.Host;

/// <summary>Opens the desk that fits: this process's own, the running server's, or one on a shared store.</summary>
internal static class TerminalDesks
{
    /// <summary>Opens it. Throws <see cref="DataFolderInUseException"/> when another process has the folder and is no server.</summary>
    public static async Task<ITerminalDesk> OpenAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var place = SharedOptions.Place(line);
        if (place.IsShared)
        {
            return new SharedDesk(await Deployment.OpenSharedAsync(place, line.GetValue(SharedOptions.Activate), cancellationToken));
        }

        var company = place.LoadFolder();
        return await DataFolder.OpenAsync<ITerminalDesk>(
            place.DataFolder,
            async folder => new EmbeddedDesk(await Deployment.OpenAsync(company, folder, cancellationToken, activates: line.GetValue(SharedOptions.Activate))),
            async server => await LoopbackDesk.OpenAsync(server, cancellationToken),
            cancellationToken);
    }
}
