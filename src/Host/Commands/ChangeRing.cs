using System.CommandLine;

namespace AiManager.Host;

/// <summary>Decides changes from a terminal, where the company lets one stand in: in this process when the data folder is free, else through the server that has it. What is refused is a <see cref="UsageException"/>.</summary>
internal abstract class ChangeRing : IAsyncDisposable
{
    /// <summary>Confirms or rejects.</summary>
    public abstract Task<ChangeResource> DecideAsync(ChangeId change, string decision, string person, string? reason, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the one that fits. Throws <see cref="DataFolderInUseException"/> when another process has the folder and is no server.</summary>
    public static async Task<ChangeRing> OpenAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var place = SharedOptions.Place(line);
        var company = place.LoadFolder();
        return await DataFolder.OpenAsync<ChangeRing>(
            place.DataFolder,
            async folder => new Embedded(await Deployment.OpenAsync(company, folder, cancellationToken)),
            server => Task.FromResult<ChangeRing>(new Loopback(server)),
            cancellationToken);
    }

    private sealed class Embedded(Deployment deployment) : ChangeRing
    {
        public override async Task<ChangeResource> DecideAsync(ChangeId change, string decision, string person, string? reason, CancellationToken cancellationToken)
        {
            if (!deployment.Company.Settings.AllowLocalStandIn)
            {
                throw new UsageException(ChangeBody.NoTerminal);
            }

            var desk = deployment.Get<ChangeDesk>();
            var result = decision == ChangeBody.Confirm
                ? await desk.ConfirmAsync(change, person, Caller.LocalTerminal, reason, cancellationToken)
                : await desk.RejectAsync(change, person, Caller.LocalTerminal, reason, cancellationToken);
            return result switch
            {
                ChangeResult.Done done => ChangeResource.Of(done.Change),
                ChangeResult.Invalid invalid => throw new UsageException(invalid.Reason),
                ChangeResult.Forbidden forbidden => throw new UsageException(forbidden.Reason),
                ChangeResult.Conflict conflict => throw new UsageException(conflict.Reason),
                _ => throw new UsageException("There is no such change."),
            };
        }

        public override ValueTask DisposeAsync() => deployment.DisposeAsync();
    }

    private sealed class Loopback(LoopbackClient server) : ChangeRing
    {
        public override async Task<ChangeResource> DecideAsync(ChangeId change, string decision, string person, string? reason, CancellationToken cancellationToken)
        {
            using var reply = await server.PostAsync($"/api/changes/{change}", person, new ChangeBody(decision, reason), HostJson.Default.ChangeBody, cancellationToken);
            return await LoopbackClient.ReadAsync(reply, HostJson.Default.ChangeResource, cancellationToken);
        }

        public override ValueTask DisposeAsync()
        {
            server.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
