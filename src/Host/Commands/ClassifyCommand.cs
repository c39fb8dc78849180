using System.CommandLine;
using System.Net;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>tools classify</c>: saying what a tool of an outside source does, so that authority can decide on its calls.</summary>
internal static class ClassifyCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal)
    {
        var tool = new Argument<string>("tool") { Description = "Which one, as 'tools list' shows it.", HelpName = "NAME" };
        var effect = new Option<string>("--effect") { Description = string.Join(", ", EffectClassNames.All), HelpName = "CLASS", Required = true };
        effect.AcceptOnlyFromAmong([.. EffectClassNames.All]);
        var digest = new Option<string>("--digest") { Description = "The version that you looked at, as 'tools check' shows it.", HelpName = "DIGEST", Required = true };
        var destructive = new Option<bool?>("--destructive") { Description = "It may destroy something." };
        var idempotent = new Option<bool?>("--idempotent") { Description = "Doing it twice is as good as once." };
        var openWorld = new Option<bool?>("--open-world") { Description = "It reaches beyond the company." };
        var person = new Option<string?>("--as") { Description = "Who does. Default: the first person with a role that may.", HelpName = "PERSON" };
        return new Command("classify", "Says what a tool of an outside source does to the world.") { tool, effect, digest, destructive, idempotent, openWorld, person }.Does(terminal, async (line, token) =>
        {
            var said = new Classification(
                line.GetRequiredValue(tool), line.GetRequiredValue(effect), line.GetRequiredValue(digest), null, line.GetValue(destructive), line.GetValue(idempotent), line.GetValue(openWorld));
            var waits = await ClassifyAsync(SharedOptions.Place(line), said, line.GetValue(person), token);
            await terminal.Out.WriteLineAsync(
                waits is null ? "Classified: authority decides on its calls from now on." : $"It lets more through, and waits for a second person: {waits}. Confirm with: activate --confirm {waits}");
            return waits is null ? Exit.Completed : Exit.Waiting;
        });
    }

    /// <summary>The change that waits for a second person; null where it is so already.</summary>
    private static async Task<ChangeId?> ClassifyAsync(Place place, Classification said, string? person, CancellationToken cancellationToken)
    {
        if (place.IsShared)
        {
            throw new UsageException("A terminal cannot prove who sits at it, and a classification lets things happen: do it over HTTP with a key of your own, or in tools.yaml.");
        }

        var company = place.LoadFolder();
        return await DataFolder.OpenAsync(
            place.DataFolder,
            async folder => await HereAsync(await Deployment.OpenAsync(company, folder, cancellationToken), said, person, cancellationToken),
            server => ThereAsync(server, said, WhoOf(company, person), cancellationToken),
            cancellationToken);
    }

    private static async Task<ChangeId?> ThereAsync(LoopbackClient server, Classification said, string person, CancellationToken cancellationToken)
    {
        using (server)
        {
            var body = new ClassifyBody(said.Effect, said.Digest, said.ReadOnly, said.Destructive, said.Idempotent, said.OpenWorld);
            using var reply = await server.PostAsync($"/api/tools/{Uri.EscapeDataString(said.Tool)}/classify", person, body, HostJson.Default.ClassifyBody, cancellationToken);
            return reply.StatusCode switch
            {
                HttpStatusCode.NoContent => null,
                HttpStatusCode.Accepted => (await LoopbackClient.ReadAsync(reply, HostJson.Default.ChangeResource, cancellationToken)).Id,
                _ => throw await LoopbackClient.RefusalAsync(reply, cancellationToken),
            };
        }
    }

    private static string WhoOf(LoadedCompany company, string? person) => company.ToResource() is var known && person is not null
        ? known.PersonOrOperator(person).Id
        : known.People.FirstOrDefault(p => p.Roles.Any(ClassificationDesk.Roles.Contains))?.Id
            ?? throw new UsageException($"Nobody in people.yaml has one of the roles {string.Join(", ", ClassificationDesk.Roles)}, which may say what a tool does.");

    private static async Task<ChangeId?> HereAsync(Deployment deployment, Classification said, string? person, CancellationToken cancellationToken)
    {
        await using (deployment)
        {
            // What is classified is the tool that is there now.
            await deployment.Get<SourceKeeper>().AskAllAsync(cancellationToken);
            var result = await deployment.Get<ClassificationDesk>().ClassifyAsync(said, new Caller(WhoOf(deployment.Company, person), Caller.LocalTerminal), cancellationToken);
            var refused = result switch
            {
                ClassificationResult.Invalid invalid => invalid.Reason,
                ClassificationResult.Forbidden forbidden => forbidden.Reason,
                ClassificationResult.Unknown unknown => unknown.Reason,
                ClassificationResult.Conflict conflict => conflict.Reason,
                _ => null,
            };
            if (refused is not null)
            {
                throw new UsageException(refused);
            }

            return result is ClassificationResult.Waits waits ? waits.Change.Proposed.Change : null;
        }
    }
}
