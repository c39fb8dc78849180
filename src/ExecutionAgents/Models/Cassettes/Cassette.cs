using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.ExecutionAgents;

/// <summary>
/// Replies by request, a file a request: <c>KEY.json</c> with the request in the open, so that people can read and compare it, and its replies in order, each with the workflow
/// and the question that had it. Goals, people's words and customers' data stand there as they were asked: folder and files are their owner's alone.
/// A workflow that is played follows one that was recorded: the same request of it again gets that one's next reply, and after the last one that
/// one; the same question sent again gets the same. Safe for any number of threads; of processes, one writes.
/// </summary>
internal sealed class Cassette(string folder, CassetteProgress progress)
{
    private const int Shown = 60;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Lock _gate = new();

    /// <summary>Adds a reply; to a question that is sent again it takes the place of the one that nobody heard. Throws <see cref="CassetteException"/>.</summary>
    public void Keep(CassetteRequest request, AskPlace? place, CassetteReply reply)
    {
        reply = place is null ? reply : reply with { Workflow = place.Workflow?.ToString(), Ask = place.Ask.ToString() };
        lock (_gate)
        {
            try
            {
                PrivateFiles.MakeFolder(folder);
                var entry = Read(request.Key) ?? new CassetteEntry(request.Role, request.Step, request.Text, []);
                PrivateFiles.Write(PathOf(request.Key), JsonSerializer.Serialize(entry with { Replies = With(entry.Replies, reply) }, Json) + "\n");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CassetteException($"The reply of the model could not be recorded: {fault.Message}");
            }
        }
    }

    /// <summary>The reply to a question. Throws <see cref="CassetteException"/>.</summary>
    public CassetteReply Next(CassetteRequest request, AskPlace? place)
    {
        lock (_gate)
        {
            if (Read(request.Key) is not { Replies.IsEmpty: false } entry)
            {
                throw new CassetteException(Missing(request));
            }

            try
            {
                var leader = place?.Workflow is { } workflow ? progress.Leader(workflow.ToString(), entry.Replies.Select(r => r.Workflow).OfType<string>()) : null;
                var own = entry.Replies.Where(r => leader is not null && r.Workflow == leader).ToList();
                var replies = own.Count > 0 ? own : [.. entry.Replies];
                return replies[Math.Min(progress.Place(request.Key, own.Count > 0 ? leader : null, place is { Workflow: not null } ? place.Ask.ToString() : null), replies.Count - 1)];
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CassetteException($"How far the recording is played could not be written: {fault.Message}");
            }
        }
    }

    private static ImmutableArray<CassetteReply> With(ImmutableArray<CassetteReply> replies, CassetteReply reply) =>
        replies.FirstOrDefault(r => r.Workflow is not null && (r.Workflow, r.Ask) == (reply.Workflow, reply.Ask)) is { } unheard ? replies.Replace(unheard, reply) : replies.Add(reply);

    /// <summary>Names the recorded request that is most like it, and where the two part.</summary>
    private string Missing(CassetteRequest request)
    {
        var asked = $"There is no recorded reply to this question (role '{request.Role}', step '{request.Step}', key {request.Key}).";
        var all = (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json") : [])
            .Select(f => (Key: Path.GetFileNameWithoutExtension(f), Entry: Read(Path.GetFileNameWithoutExtension(f))))
            .Where(e => e.Entry is not null)
            .Select(e => (e.Key, Entry: e.Entry!, Common: Common(e.Entry!.Request, request.Text)))
            .OrderBy(e => e.Entry.Role == request.Role && e.Entry.Step == request.Step ? 0 : 1)
            .ThenByDescending(e => e.Common)
            .ThenBy(e => e.Key, StringComparer.Ordinal)
            .ToList();
        return all.Count == 0
            ? $"{asked} Nothing is recorded in '{folder}'."
            : $"{asked} The nearest is {all[0].Key}; recorded: …{Part(all[0].Entry.Request, all[0].Common)}… now: …{Part(request.Text, all[0].Common)}…";
    }

    private static int Common(string left, string right)
    {
        var at = 0;
        while (at < left.Length && at < right.Length && left[at] == right[at])
        {
            at++;
        }

        return at;
    }

    private static string Part(string text, int at)
    {
        var from = Math.Max(0, at - (Shown / 3));
        return text[from..Math.Min(text.Length, from + Shown)];
    }

    private CassetteEntry? Read(string key)
    {
        try
        {
            return File.Exists(PathOf(key)) ? JsonSerializer.Deserialize<CassetteEntry>(File.ReadAllText(PathOf(key)), Json) : null;
        }
        catch (JsonException broken)
        {
            throw new CassetteException($"The recording {key}.json cannot be read: {broken.Message}");
        }
    }

    private string PathOf(string key) => Path.Combine(folder, key + ".json");

    /// <summary>A file.</summary>
    /// <param name="Role">Who was asked.</param>
    /// <param name="Step">What.</param>
    /// <param name="Request">The whole of it, without what changes from run to run.</param>
    /// <param name="Replies">In order.</param>
    private sealed record CassetteEntry(string Role, string Step, string Request, ImmutableArray<CassetteReply> Replies);
}

/// <summary>What was asked is not on the cassette, or it cannot be written or read.</summary>
internal sealed class CassetteException(string message) : Exception(message);
