using System.Collections.Immutable;
using System.CommandLine;
using System.Net;

namespace AiManager.Host;

/// <summary>Makes and revokes keys from a terminal: in this process when the data folder is free or the store is shared, else through the server that has it.</summary>
internal abstract class KeyRing : IAsyncDisposable
{
    /// <summary>Makes a key; its written form, a secret.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="scopes">What it is limited to; none for nothing.</param>
    /// <param name="expires">How long it is good, as people write it; null for as long as nobody revokes it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public abstract Task<string> CreateAsync(string person, ImmutableArray<string> scopes, string? expires, CancellationToken cancellationToken);

    /// <summary>Revokes a key. False when there is none of that id, or it is revoked already.</summary>
    public abstract Task<bool> RevokeAsync(string id, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the one that fits. Throws <see cref="DataFolderInUseException"/> when another process has the folder and is no server.</summary>
    public static async Task<KeyRing> OpenAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var place = SharedOptions.Place(line);
        if (place.IsShared)
        {
            return new Embedded(await Deployment.OpenSharedAsync(place, activates: false, cancellationToken));
        }

        var company = place.LoadFolder();
        return await DataFolder.OpenAsync<KeyRing>(
            place.DataFolder,
            async folder => new Embedded(await Deployment.OpenAsync(company, folder, cancellationToken)),
            server => Task.FromResult<KeyRing>(new Loopback(server)),
            cancellationToken);
    }

    private sealed class Embedded(Deployment deployment) : KeyRing
    {
        private readonly KeyDesk _keys = new(deployment.Get<ICompany>(), deployment.Get<IDirectory>(), deployment.Get<TimeProvider>());

        public override async Task<string> CreateAsync(string person, ImmutableArray<string> scopes, string? expires, CancellationToken cancellationToken) =>
            (await _keys.CreateAsync(person, scopes, KeyDesk.ReadLifetime(expires), Actor.System, cancellationToken)).Write();

        public override Task<bool> RevokeAsync(string id, CancellationToken cancellationToken) => _keys.RevokeAsync(id, Actor.System, Caller.LocalTerminal, cancellationToken);

        public override ValueTask DisposeAsync() => deployment.DisposeAsync();
    }

    private sealed class Loopback(LoopbackClient server) : KeyRing
    {
        public override async Task<string> CreateAsync(string person, ImmutableArray<string> scopes, string? expires, CancellationToken cancellationToken)
        {
            using var reply = await server.PostAsync("/api/keys", string.Empty, new KeyBody(person, scopes, expires), HostJson.Default.KeyBody, cancellationToken);
            return (await LoopbackClient.ReadAsync(reply, HostJson.Default.KeyResource, cancellationToken)).Key;
        }

        public override async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
        {
            using var reply = await server.PostAsync($"/api/keys/{Uri.EscapeDataString(id)}/revoke", string.Empty, new ReasonBody(), HostJson.Default.ReasonBody, cancellationToken);
            return reply.StatusCode switch
            {
                HttpStatusCode.NoContent => true,
                HttpStatusCode.NotFound => false,
                _ => throw await LoopbackClient.RefusalAsync(reply, cancellationToken),
            };
        }

        public override ValueTask DisposeAsync()
        {
            server.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
