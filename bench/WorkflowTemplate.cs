using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using AiManager.Domain;
using AiManager.Memory;

namespace AiManager.Bench;

/// <summary>A workflow that the program really drove, to be written again and again under other names and at other times: as many events, as long, and of every kind.</summary>
internal sealed partial class WorkflowTemplate
{
    /// <summary>What one append takes at most.</summary>
    private const int AtOnce = 256;

    private readonly ImmutableArray<(StoredEvent Stored, string Body)> _events;

    private WorkflowTemplate(ImmutableArray<(StoredEvent, string)> events) => _events = events;

    /// <summary>How many events each copy has, without what is added to it.</summary>
    public int Events => _events.Length;

    /// <summary>The one workflow of a data folder, people's words in clear: their key stays there.</summary>
    public static async Task<WorkflowTemplate> ReadAsync(string folder)
    {
        await using var store = SqliteStore.Open(folder, new SqliteStoreOptions());
        var row = (await store.ReadModels.WorkflowsAsync(new WorkflowQuery(Limit: 1), CancellationToken.None)).Items[0];
        var events = ImmutableArray.CreateBuilder<(StoredEvent, string)>();
        for (var after = 0; await store.Journal.ReadAsync(row.Workflow.ToString(), after, AtOnce, CancellationToken.None) is { IsEmpty: false } page; after = page[^1].Seq)
        {
            foreach (var stored in page)
            {
                var recorded = EventCodec.Decode(stored);
                var body = recorded.Event is ICarryPrivateText { Private: { IsSealed: true } text } carrier
                    ? EventCodec.Encode(carrier.WithPrivate(new PrivateText(text.Person, (await store.Envelopes.OpenAsync(text, CancellationToken.None)).Clear)), stored.At, stored.Actor, string.Empty).Body
                    : stored.Body;
                events.Add((stored, Encoding.UTF8.GetString(body.Span)));
            }
        }

        return new WorkflowTemplate(events.ToImmutable());
    }

    /// <summary>Appends a copy; what is there already stays.</summary>
    /// <param name="journal">Where.</param>
    /// <param name="id">Its name.</param>
    /// <param name="begin">When it was submitted.</param>
    /// <param name="more">What happened to it afterwards.</param>
    public async Task AppendAsync(IWorkflowJournal journal, WorkflowId id, DateTimeOffset begin, params WorkflowEvent[] more)
    {
        var shift = begin - _events[0].Stored.At;
        var old = _events[0].Stored.Stream;
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [old] = id.ToString() };
        var events = new List<(NewEvent New, Recorded Recorded)>(_events.Length + more.Length);
        foreach (var (stored, body) in _events)
        {
            var written = Encoding.UTF8.GetBytes(Ids().Replace(body, Renamed));
            var fact = stored with { Stream = id.ToString(), At = stored.At + shift, Payload = written, Body = written };
            events.Add((new NewEvent(fact.Type, fact.SchemaVersion, fact.At, fact.Actor, Ids().Replace(fact.Cause, Renamed), written), EventCodec.Decode(fact)));
        }

        foreach (var fact in more)
        {
            var recorded = new Recorded(0, events.Count + 1, events[^1].Recorded.At.AddMinutes(1), Actor.System, fact);
            events.Add((EventCodec.Encode(fact, recorded.At, recorded.Actor, string.Empty), recorded));
        }

        var before = WorkflowFold.Start(id);
        foreach (var chunk in events.Chunk(AtOnce))
        {
            var recorded = chunk.Select(e => e.Recorded).ToImmutableArray();
            var after = recorded.Aggregate(before, WorkflowFold.Apply);
            if (await journal.AppendAsync(new AppendRequest(id.ToString(), before.Seq, null, [.. chunk.Select(e => e.New)], [], WorkflowView.Changes(before, recorded, after)), CancellationToken.None) is AppendResult.Refused refused)
            {
                throw new InvalidOperationException(refused.ToString());
            }

            before = after;
        }

        string Renamed(Match match)
        {
            if (!names.TryGetValue(match.Value, out var name))
            {
                var prefix = match.Value[..(match.Value.IndexOf('_', StringComparison.Ordinal) + 1)];
                names[match.Value] = name = prefix + PrefixedId.Derive<TaskId>(id.Value, match.Value).ToString()[TaskPrefix.Length..];
            }

            return name;
        }
    }

    private const string TaskPrefix = "tk_";

    [GeneratedRegex(@"\b(?:wf|tk|call|ask|ap|es)_[0-9a-z]{26}\b")]
    private static partial Regex Ids();
}
