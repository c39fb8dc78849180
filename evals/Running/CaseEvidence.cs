using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using AiManager.Host;
using AiManager.Memory;

namespace AiManager.Evals;

/// <summary>What a case left behind: graders look at this and at nothing that a model said about itself.</summary>
/// <param name="Runs">How each run ended.</param>
/// <param name="Workflows">Every workflow of the data folder, oldest first.</param>
/// <param name="Audit">Whether the journal is sound; null when there is none.</param>
/// <param name="WorldFile">The world's database.</param>
/// <param name="Zone">The company's time zone.</param>
/// <param name="Now">When the last run ended, UTC.</param>
/// <param name="Elapsed">All runs together.</param>
internal sealed record CaseEvidence(
    ImmutableArray<ProgramRun> Runs, ImmutableArray<WorkflowRecord> Workflows, AuditResult? Audit, string WorldFile, TimeZoneInfo Zone, DateTimeOffset Now, TimeSpan Elapsed)
{
    private const int PageSize = 1_000;

    /// <summary>Whether the scripted model spoke, which tries what it is told to try.</summary>
    public bool IsScripted { get; init; } = true;

    /// <summary>The last run's workflow, as the outside sees it; null where it printed none.</summary>
    public JsonText? Shown => Runs[^1].Workflow;

    /// <summary>Reads what the runs left in a folder.</summary>
    public static async Task<CaseEvidence> ReadAsync(CaseFolder folder, ImmutableArray<ProgramRun> runs, DateTimeOffset now, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder.Data, SqliteStore.FileName)))
        {
            return new CaseEvidence(runs, [], null, folder.WorldFile, folder.Zone, now, elapsed);
        }

        await using var store = SqliteStore.OpenReadOnly(folder.Data, TimeProvider.System);
        var streams = new Dictionary<string, List<StoredEvent>>(StringComparer.Ordinal);
        List<string> order = [];
        for (long position = 0; ;)
        {
            var page = await store.Journal.ReadAllAsync(position, PageSize, cancellationToken);
            foreach (var stored in page.Where(e => PrefixedId.TryRead<WorkflowId>(e.Stream, out _)))
            {
                if (!streams.TryGetValue(stored.Stream, out var events))
                {
                    streams.Add(stored.Stream, events = []);
                    order.Add(stored.Stream);
                }

                events.Add(stored);
            }

            if (page.Length < PageSize)
            {
                break;
            }

            position = page[^1].Position;
        }

        var audit = await store.Audit.VerifyAsync(progress: null, cancellationToken);
        return new CaseEvidence(runs, [.. order.Select(s => WorkflowRecord.Of(s, streams[s]) with { Zone = folder.Zone })], audit, folder.WorldFile, folder.Zone, now, elapsed);
    }

    /// <summary>What the world answers, as an array of objects; <c>:now</c> and <c>:today</c> are the last run's. Throws <see cref="DbException"/>.</summary>
    public async Task<JsonArray> AskWorldAsync(string sql, CancellationToken cancellationToken)
    {
        await using var world = new SqliteProvider().Open($"Data Source={WorldFile}", isReadOnly: true);
        await using var command = world.CreateCommand(sql);
        Bind(command, ":now", Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Bind(command, ":today", TimeZoneInfo.ConvertTime(Now, Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new JsonArray();
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new JsonObject();
            for (var column = 0; column < reader.FieldCount; column++)
            {
                row[reader.GetName(column)] = Json(reader.GetValue(column));
            }

            rows.Add(row);
        }

        return rows;
    }

    private static void Bind(DbCommand command, string name, string value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    private static JsonValue? Json(object value) => value switch
    {
        DBNull => null,
        string text => JsonValue.Create(text),
        long whole => JsonValue.Create(whole),
        double number => JsonValue.Create((decimal)number),
        _ => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };
}

/// <summary>One workflow's journal, folded.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Stored">As the journal holds it.</param>
/// <param name="Events">The same, decoded; private words stay sealed.</param>
/// <param name="State">What they come to.</param>
internal sealed record WorkflowRecord(WorkflowId Id, ImmutableArray<StoredEvent> Stored, ImmutableArray<Recorded> Events, WorkflowState State)
{
    /// <summary>The company's time zone: its days are those that its world counts in.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public static WorkflowRecord Of(string stream, IReadOnlyCollection<StoredEvent> stored)
    {
        _ = PrefixedId.TryRead<WorkflowId>(stream, out var id);
        ImmutableArray<Recorded> events = [.. stored.Select(EventCodec.Decode)];
        return new WorkflowRecord(id, [.. stored], events, WorkflowFold.Of(id, events));
    }
}
