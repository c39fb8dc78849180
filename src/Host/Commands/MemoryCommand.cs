using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary><c>memory</c>: what is remembered of workflows. Needs no company, and heeds the one in force.</summary>
internal static class MemoryCommand
{
    private const int Most = 100;

    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal) => new("memory", "What is remembered of workflows: made from the journal, and searched by words and by likeness.")
    {
        MakeSearch(terminal), MakeRelated(terminal), MakeStats(terminal), MakeReembed(terminal), MakeRebuild(terminal), MakeForget(terminal),
    };

    private static Command MakeSearch(Terminal terminal)
    {
        var query = new Argument<string>("query") { Description = "What to look for, in words." };
        var kind = new Option<string?>("--kind") { Description = "Only workflow, task or decision.", HelpName = "KIND" };
        var most = new Option<int>("--most") { Description = "How many, 1 to 100.", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json") { Description = "As a JSON list." };
        return new Command("search", "What is remembered about something, best first.") { query, kind, most, json }.Does(terminal, (line, token) => ReadAsync(terminal, line, async desk =>
        {
            var name = line.GetValue(kind);
            if (name is not null && MemoryKindNames.Read(name) is null)
            {
                throw new UsageException($"'{name}' is no kind; there are: {string.Join(", ", MemoryKindNames.All)}.");
            }

            if (line.GetValue(most) is < 1 or > Most)
            {
                throw new UsageException($"'--most' is a whole number from 1 to {Most}.");
            }

            var question = new MemoryQuestion(Words(line.GetRequiredValue(query)), line.GetValue(most)) { Kinds = name is null ? [] : [MemoryKindNames.Read(name)!.Value] };
            var found = await desk.WholeAsync(() => desk.Memories.SearchAsync(question, token));
            if (line.GetValue(json))
            {
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize([.. found.Select(MemoryResource.Of)], HostJson.Default.ImmutableArrayMemoryResource));
                return;
            }

            foreach (var memory in found.Select(f => f.Entry))
            {
                await terminal.Out.WriteLineAsync($"{memory.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}  {MemoryKindNames.Write(memory.Kind),-8}  {memory.Workflow}  {Printable.Line(memory.Title)}");
            }
        }, token));
    }

    private static Command MakeRelated(Terminal terminal)
    {
        var goal = new Argument<string>("goal") { Description = "A goal, in words." };
        return new Command("related", "Workflows about the same things, and what became of them.") { goal }.Does(terminal, (line, token) => ReadAsync(terminal, line, async desk =>
        {
            var words = Words(line.GetRequiredValue(goal));
            var found = await desk.WholeAsync(() => desk.Memories.AlikeAsync(new MemoryQuestion(words, 50) { Kinds = [MemoryKind.Workflow] }, token));
            foreach (var related in RelatedWork.Of(words, found).Select(RelatedResource.Of))
            {
                await terminal.Out.WriteLineAsync($"{related.Relation,-5}  {related.Workflow}  {Printable.Line(related.Goal)}{(related.Shared.IsEmpty ? string.Empty : $"  ({string.Join(", ", related.Shared)})")}");
            }
        }, token));
    }

    private static Command MakeStats(Terminal terminal) =>
        new Command("stats", "How much is remembered.").Does(terminal, (line, token) => ReadAsync(terminal, line, async desk =>
        {
            var stats = await desk.Memories.StatsAsync(token);
            foreach (var (kind, count) in stats.Entries)
            {
                await terminal.Out.WriteLineAsync($"{kind,-8}  {count.ToString(CultureInfo.InvariantCulture)}");
            }

            await terminal.Out.WriteLineAsync($"The journal has been read up to position {stats.Position}. Vectors are of {Printable.Line(stats.Space)}; {stats.Outside} entries have none yet.");
            foreach (var more in Told(stats))
            {
                await terminal.Out.WriteLineAsync(more);
            }
        }, token));

    private static Command MakeReembed(Terminal terminal) =>
        new Command("reembed", "Makes the vectors that are missing, or of another space.").Does(terminal, (line, token) => WriteAsync(terminal, line, async desk =>
        {
            var before = (await desk.Memories.StatsAsync(token)).Outside;
            var done = await desk.EmbedAsync(some => terminal.Out.WriteLineAsync($"{some} of {before}"), token);
            var stats = await desk.Memories.StatsAsync(token);
            await terminal.Out.WriteLineAsync($"{done} entries have been embedded anew; {stats.Outside} have no vector of {Printable.Line(stats.Space)} yet.");
            foreach (var more in Told(stats))
            {
                await terminal.Out.WriteLineAsync(more);
            }
        }, token));

    private static Command MakeRebuild(Terminal terminal) =>
        new Command("rebuild", "Forgets everything and remembers it again from the journal.").Does(terminal, (line, token) => WriteAsync(terminal, line, async desk =>
        {
            await desk.Memories.ClearAsync(token);
            var read = await desk.CatchUpAsync(token);
            await terminal.Out.WriteLineAsync($"{read} workflow{(read == 1 ? " has" : "s have")} been read.");
        }, token));

    private static Command MakeForget(Terminal terminal)
    {
        var person = new Argument<string>("person") { Description = "Their id in people.yaml." };
        var by = new Option<string>("--as") { Description = "Who does it: their id in people.yaml. It stands in the journal.", HelpName = "PERSON", Required = true };
        return new Command("forget", "Destroys a person's key and what was remembered from their words. There is no way back; the journal verifies as before.") { person, by }.Does(terminal, (line, token) =>
            WriteAsync(terminal, line, async desk =>
            {
                var (whose, who) = (Person(line.GetRequiredValue(person)), Person(line.GetRequiredValue(by)));
                await terminal.Out.WriteLineAsync($"The key of {Printable.Line(whose)} is destroyed; {await desk.ForgetPersonAsync(whose, Actor.Person(who), token)} memories are gone.");
            }, token));
    }

    /// <summary>What may be asked, as over HTTP.</summary>
    private static string Words(string said) => MemoryDesk.WhyNot(said) is { } why ? throw new UsageException(why) : said;

    /// <summary>What cannot be an id is a mistake, and destroying is for good: nothing is done for it.</summary>
    private static string Person(string id) => id.Length > 0 && !id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == ',') ? id
        : throw new UsageException($"'{Printable.Line(id)}' is no person's id in people.yaml.");

    /// <summary>What else is worth saying of vectors.</summary>
    private static IEnumerable<string> Told(MemoryStats stats)
    {
        if (stats.Without > 0)
        {
            yield return $"{stats.Without} entries are to have none: their labels keep them from the model, or it refuses them. They are found by words.";
        }

        yield return $"They are searched in {Printable.Line(stats.Place)}{(stats.Behind > 0 ? $", to which {stats.Behind} changes have not been brought yet" : string.Empty)}.";
        if (stats.WordsAlone is { } why)
        {
            yield return $"Recall goes by words alone now: {Printable.Line(why)}";
        }
    }

    private static Task<int> WriteAsync(Terminal terminal, ParseResult line, Func<MemoryDesk, Task> work, CancellationToken cancellationToken) => StoreWork.DoAsync(
        terminal,
        line,
        async store =>
        {
            await ConfigureAsync(store, line, cancellationToken);
            using var company = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
            await using var desk = new MemoryDesk(store, company, TimeProvider.System);
            await work(desk);
        },
        cancellationToken);

    /// <summary>
    /// Vectors are made and searched as the company in force says, or a verb would make others than its server. One that says nothing of them is not bound: it may want what this
    /// terminal lacks.
    /// </summary>
    private static async Task ConfigureAsync(MemoryStore store, ParseResult line, CancellationToken cancellationToken)
    {
        using var stream = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
        await stream.RefreshAsync(cancellationToken);
        if (stream.State.Bundle is null)
        {
            return;
        }

        var bundle = await Standing.ReadAsync(stream.State, store.Blobs, cancellationToken);
        var file = bundle.Documents[CompanySettings.File];
        if (file["embeddings"] is not null || (file["memory"] as ConfigNode.Map)?["vectors"] is not null)
        {
            store.Vectors = SharedOptions.Place(line).Load(bundle).Vectors;
        }
    }

    /// <summary>Catches up first where nobody else has the data folder; beside a server, what it has remembered must do.</summary>
    private static async Task<int> ReadAsync(Terminal terminal, ParseResult line, Func<MemoryDesk, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(
                terminal,
                line,
                async desk =>
                {
                    await desk.CatchUpAsync(cancellationToken);
                    await work(desk);
                },
                cancellationToken);
        }
        catch (DataFolderInUseException)
        {
            await using var store = SqliteStore.OpenReadOnly(SharedOptions.Place(line).DataFolder, TimeProvider.System);
            await ConfigureAsync(store, line, cancellationToken);
            using var company = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
            await using var desk = new MemoryDesk(store, company, TimeProvider.System);
            await work(desk);
            return Exit.Completed;
        }
    }
}
