using System.Collections.Immutable;
using System.CommandLine;
using System.Net;

namespace AiManager.Host;

/// <summary><c>suspend</c>: stopping something at once, on every host, and letting it go on again.</summary>
internal static class SuspendCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal)
    {
        var command = new Command("suspend", "Stops a tool, an agent, a workflow or everything: nothing of it starts any more, on any host.")
        {
            MakeSuspend(terminal, Suspension.Tool, "A tool, for everybody.", "NAME"),
            MakeSuspend(terminal, Suspension.Agent, "An agent, wherever it works; its tasks wait.", "NAME"),
            MakeSuspend(terminal, Suspension.Workflow, "A workflow, and those that serve it.", "ID"),
            MakeSuspend(terminal, Suspension.All, "Everything.", null),
            MakeLift(terminal),
        };
        command.Add(new Command("list", "What is stopped.").Does(terminal, (line, token) => ListAsync(terminal, line, token)));
        return command;
    }

    private static Command MakeSuspend(Terminal terminal, string kind, string description, string? which)
    {
        var reason = new Option<string>("--reason") { Description = "Why: whoever is stopped is told.", HelpName = "TEXT", Required = true };
        var person = As();
        var command = new Command(kind, description) { reason, person };
        var name = which is null ? null : new Argument<string>("name") { Description = "Which one.", HelpName = which };
        if (name is not null)
        {
            command.Add(name);
        }

        return command.Does(terminal, async (line, token) =>
        {
            await using var stops = await SuspensionRing.OpenAsync(line, line.GetValue(person), token);
            var unheeding = await stops.SuspendAsync(kind, name is null ? Suspension.AllName : line.GetRequiredValue(name), line.GetRequiredValue(reason), token);
            if (!unheeding.IsEmpty)
            {
                var hosts = string.Join(", ", unheeding.Select(h => $"{h.Node} ({h.Version})"));
                await terminal.Error.WriteLineAsync($"Suspended, but not everywhere: the program of {Printable.Line(hosts)} is too old to heed it. End these hosts.");
                return Exit.Unexpected;
            }

            await terminal.Out.WriteLineAsync($"Suspended: nothing of it starts any more. Lift it with: suspend lift {kind}{(name is null ? string.Empty : " " + Printable.Line(line.GetRequiredValue(name)))}");
            return Exit.Completed;
        });
    }

    private static Command MakeLift(Terminal terminal)
    {
        var kind = new Argument<string>("kind") { Description = string.Join(", ", Suspension.Kinds) };
        kind.AcceptOnlyFromAmong([.. Suspension.Kinds]);
        var name = new Argument<string?>("name") { Description = "Which one; nothing for all.", Arity = ArgumentArity.ZeroOrOne };
        var person = As();
        return new Command("lift", "Lets it go on: what it held goes on where it stood.") { kind, name, person }.Does(terminal, async (line, token) =>
        {
            if (SharedOptions.Place(line).IsShared)
            {
                throw new UsageException("A terminal cannot prove who sits at it, and lifting a suspension lets things happen: do it over HTTP with a key of your own. Suspending is done from anywhere.");
            }

            await using var stops = await SuspensionRing.OpenAsync(line, line.GetValue(person), token);
            await stops.LiftAsync(line.GetRequiredValue(kind), line.GetValue(name) ?? Suspension.AllName, token);
            await terminal.Out.WriteLineAsync("Lifted: what it held goes on.");
            return Exit.Completed;
        });
    }

    private static Option<string?> As() => new("--as") { Description = "Who does. Default: the first person with the role operator.", HelpName = "PERSON" };

    private static async Task<int> ListAsync(Terminal terminal, ParseResult line, CancellationToken cancellationToken)
    {
        await using var deployment = await Deployment.OpenReadOnlyAsync(SharedOptions.Place(line), ofFolder: false, cancellationToken);
        var all = deployment.Get<ICompany>().State.Suspensions;
        foreach (var stop in all.Values.Select(SuspensionResource.Of))
        {
            await terminal.Out.WriteLineAsync($"{stop.Kind} {stop.Name}  since {stop.At:yyyy-MM-dd HH:mm} UTC, {stop.By}: {Printable.Line(stop.Reason)}");
        }

        if (all.IsEmpty)
        {
            await terminal.Out.WriteLineAsync("Nothing is suspended.");
        }

        return Exit.Completed;
    }
}

/// <summary>Suspends and lifts from a terminal: in this process when the data folder is free or the store is shared, else through the server that has it. What is refused is a <see cref="UsageException"/>.</summary>
internal abstract class SuspensionRing : IAsyncDisposable
{
    /// <summary>Stops it, and names the hosts that go on all the same.</summary>
    public abstract Task<ImmutableArray<UnheedingHost>> SuspendAsync(string kind, string name, string reason, CancellationToken cancellationToken);

    /// <summary>Lets it go on.</summary>
    public abstract Task LiftAsync(string kind, string name, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the one that fits. Throws <see cref="DataFolderInUseException"/> when another process has the folder and is no server.</summary>
    public static async Task<SuspensionRing> OpenAsync(ParseResult line, string? person, CancellationToken cancellationToken)
    {
        var place = SharedOptions.Place(line);
        if (place.IsShared)
        {
            return new Embedded(await Deployment.OpenSharedAsync(place, activates: false, cancellationToken), person);
        }

        var company = place.LoadFolder();
        return await DataFolder.OpenAsync<SuspensionRing>(
            place.DataFolder,
            async folder => new Embedded(await Deployment.OpenAsync(company, folder, cancellationToken), person),
            server => Task.FromResult<SuspensionRing>(new Loopback(server, company.ToResource().PersonOrOperator(person).Id)),
            cancellationToken);
    }

    private sealed class Embedded(Deployment deployment, string? person) : SuspensionRing
    {
        private readonly Caller _caller = new(deployment.Company.ToResource().PersonOrOperator(person).Id, Caller.LocalTerminal);
        private readonly SuspensionDesk _desk = deployment.Get<SuspensionDesk>();

        public override async Task<ImmutableArray<UnheedingHost>> SuspendAsync(string kind, string name, string reason, CancellationToken cancellationToken)
        {
            var result = await _desk.SuspendAsync(kind, name, reason, _caller, cancellationToken);
            Check(result);
            return ((SuspensionResult.Done)result).Unheeding;
        }

        public override async Task LiftAsync(string kind, string name, CancellationToken cancellationToken) => Check(await _desk.LiftAsync(kind, name, _caller, cancellationToken));

        public override ValueTask DisposeAsync() => deployment.DisposeAsync();

        private static void Check(SuspensionResult result)
        {
            var refused = result switch
            {
                SuspensionResult.Invalid invalid => invalid.Reason,
                SuspensionResult.Forbidden forbidden => forbidden.Reason,
                SuspensionResult.Unknown unknown => unknown.Reason,
                SuspensionResult.Conflict conflict => conflict.Reason,
                _ => null,
            };
            if (refused is not null)
            {
                throw new UsageException(refused);
            }
        }
    }

    private sealed class Loopback(LoopbackClient server, string person) : SuspensionRing
    {
        public override async Task<ImmutableArray<UnheedingHost>> SuspendAsync(string kind, string name, string reason, CancellationToken cancellationToken)
        {
            using var reply = await server.PostAsync("/api/suspensions", person, new SuspensionBody(kind, name, reason), HostJson.Default.SuspensionBody, cancellationToken);
            if (reply.StatusCode == HttpStatusCode.OK)
            {
                return (await reply.Content.ReadFromJsonAsync(HostJson.Default.SuspensionWarning, cancellationToken))?.NotHeededBy ?? [];
            }

            await CheckAsync(reply, cancellationToken);
            return [];
        }

        public override async Task LiftAsync(string kind, string name, CancellationToken cancellationToken)
        {
            using var reply = await server.DeleteAsync($"/api/suspensions/{Uri.EscapeDataString(kind)}/{Uri.EscapeDataString(name)}", person, cancellationToken);
            await CheckAsync(reply, cancellationToken);
        }

        public override ValueTask DisposeAsync()
        {
            server.Dispose();
            return ValueTask.CompletedTask;
        }

        private static async Task CheckAsync(HttpResponseMessage reply, CancellationToken cancellationToken)
        {
            if (reply.StatusCode != HttpStatusCode.NoContent)
            {
                throw await LoopbackClient.RefusalAsync(reply, cancellationToken);
            }
        }
    }
}
