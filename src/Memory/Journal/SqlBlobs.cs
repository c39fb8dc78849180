using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Blobs in a table.</summary>
internal sealed class SqlBlobs(IWriteQueue writer, DbDataSource database) : IBlobs
{
    public async Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var write = new BlobWrite(BlobPayload.NameOf(content.Span), content);
        writer.Enqueue(write);
        await write.Task.WaitAsync(cancellationToken);
        return write.Digest;
    }

    public async Task<ReadOnlyMemory<byte>?> GetAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await GetAsync(connection, digest, cancellationToken);
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The store cannot be read now: {cause.Message}", cause);
        }
    }

    public static async Task<ReadOnlyMemory<byte>?> GetAsync(DbConnection connection, string digest, CancellationToken cancellationToken)
    {
        var found = await SqlQueries.ListAsync(
            connection, "select content from blobs where digest = @digest", row => row.GetFieldValue<byte[]>(0), cancellationToken, ("@digest", digest));
        return found.IsEmpty ? (ReadOnlyMemory<byte>?)null : found[0];
    }
}
