namespace AiManager.Tools;

/// <summary>Reads what somebody sends, up to a limit.</summary>
internal static class CappedBody
{
    /// <summary>The bytes, and whether that is all of them. What is longer is read no further.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, bool IsWhole)> ReadAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > most)
        {
            return (ReadOnlyMemory<byte>.Empty, false);
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[Math.Min(most + 1, (int)(content.Headers.ContentLength ?? 16 * 1024) + 1)];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return (buffer.AsMemory(0, length), true);
            }

            length += read;
            if (length > most)
            {
                return (ReadOnlyMemory<byte>.Empty, false);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(most + 1, buffer.Length * 2));
            }
        }
    }
}
