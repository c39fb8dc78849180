using AiManager.Contracts;
using AiManager.Domain;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory.Tests;

/// <summary>An embedded store in a folder of its own.</summary>
internal sealed class SqliteStoreUnderTest : IStoreUnderTest
{
    private SqliteStoreUnderTest(string folder, SqliteStore store)
    {
        Folder = folder;
        Store = store;
    }

    public string Folder { get; }

    public SqliteStore Store { get; private set; }

    public string File => Path.Combine(Folder, SqliteStore.FileName);

    public IWorkflowJournal Journal => Store.Journal;

    public IReadModels ReadModels => Store.ReadModels;

    public IBlobs Blobs => Store.Blobs;

    public IEnvelopes Envelopes => Store.Envelopes;

    public IJournalAudit Audit => Store.Audit;

    public INodes Nodes => Store.Nodes;

    public bool TiesStreamsTogether => true;

    public static SqliteStoreUnderTest Open(TimeProvider time, ICrashPoints? crashPoints = null)
    {
        var folder = Directory.CreateTempSubdirectory("aimanager-memory-").FullName;
        return new SqliteStoreUnderTest(folder, SqliteStore.Open(folder, Options(time, crashPoints)));
    }

    /// <summary>Closes and opens again, as a restart would.</summary>
    public async Task ReopenAsync(TimeProvider time)
    {
        await Store.DisposeAsync();
        Store = SqliteStore.Open(Folder, Options(time, null));
    }

    public Task TamperAsync(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own constant text, and tampering is what it is for
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    public Task EditAsync(long position, string column, Func<object, object> change)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var read = connection.CreateCommand();
        using var write = connection.CreateCommand();
#pragma warning disable CA2100 // the column is one of the tests' own
        read.CommandText = $"select {column} from events where position = @position";
        write.CommandText = $"update events set {column} = @value where position = @position";
#pragma warning restore CA2100
        read.Parameters.AddWithValue("@position", position);
        write.Parameters.AddWithValue("@position", position);
        write.Parameters.AddWithValue("@value", change(read.ExecuteScalar()!));
        Assert.Equal(1, write.ExecuteNonQuery());
        return Task.CompletedTask;
    }

    public async Task<bool> HoldsOnDiskAsync(ReadOnlyMemory<byte> bytes)
    {
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            if ((await System.IO.File.ReadAllBytesAsync(file)).AsSpan().IndexOf(bytes.Span) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static SqliteStoreOptions Options(TimeProvider time, ICrashPoints? crashPoints) =>
        new() { Time = time, CrashPoints = crashPoints ?? NoCrashPoints.Instance };
}
