using System.CommandLine;

namespace AiManager.Host;

/// <summary><c>keys</c>: API keys. A key is a person.</summary>
internal static class KeysCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) => new("keys", "API keys: a key is a person.") { MakeCreate(terminal), MakeList(terminal), MakeRevoke(terminal) };

    private static Command MakeCreate(Terminal terminal)
    {
        var person = new Option<string>("--person") { Description = "Whose key.", HelpName = "PERSON", Required = true };
        var scopes = new Option<string[]>("--scope") { Description = $"What it is limited to: {string.Join(", ", Permission.Scopes)}, as far as the person's roles give it. Repeatable; none: whatever the person may.", HelpName = "SCOPE" };
        var expires = new Option<string>("--expires") { Description = "How long it is good, such as 90d; without, for as long as nobody revokes it.", HelpName = "TIME" };
        return new Command("create", "Makes a key and prints it, once.") { person, scopes, expires }.Does(terminal, async (line, token) =>
        {
            await using var keys = await KeyRing.OpenAsync(line, token);
            var key = await keys.CreateAsync(line.GetRequiredValue(person), [.. line.GetValue(scopes) ?? []], line.GetValue(expires), token);
            await terminal.Out.WriteLineAsync(key);
            await terminal.Error.WriteLineAsync("Keep it safe: it is not shown again, and nothing here can bring it back.");
            return Exit.Completed;
        });
    }

    private static Command MakeList(Terminal terminal) => new Command("list", "Every key, without its secret.").Does(terminal, async (line, token) =>
    {
        await using var deployment = await Deployment.OpenReadOnlyAsync(SharedOptions.Place(line), ofFolder: false, token);
        var now = deployment.Get<TimeProvider>().GetUtcNow();
        var keys = new KeyDesk(deployment.Get<ICompany>(), deployment.Get<IDirectory>(), deployment.Get<TimeProvider>()).All.ToList();
        if (keys.Count == 0)
        {
            await terminal.Out.WriteLineAsync("There are no keys. Make one with: keys create --person PERSON");
        }

        foreach (var key in keys)
        {
            var scopes = key.Created.Scopes.IsEmpty ? "everything" : string.Join(", ", key.Created.Scopes);
            var end = key.IsRevoked ? "  revoked" : key.Created.Until is not { } until ? string.Empty : $"  {(key.HasExpired(now) ? "expired" : "until")} {until:yyyy-MM-dd HH:mm} UTC";
            await terminal.Out.WriteLineAsync($"{key.Created.Key}  {key.Created.Person}  {scopes}  {key.At:yyyy-MM-dd HH:mm} UTC{end}");
        }

        return Exit.Completed;
    });

    private static Command MakeRevoke(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "The key's id: what stands between the underscores." };
        return new Command("revoke", "Makes a key open nothing any more.") { id }.Does(terminal, async (line, token) =>
        {
            await using var keys = await KeyRing.OpenAsync(line, token);
            if (await keys.RevokeAsync(line.GetRequiredValue(id), token))
            {
                await terminal.Out.WriteLineAsync("It opens nothing any more.");
                return Exit.Completed;
            }

            await terminal.Error.WriteLineAsync("There is no such key, or it is revoked already.");
            return Exit.Unexpected;
        });
    }
}
