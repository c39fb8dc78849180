namespace AiManager.Tools;

/// <summary>Takes replies of an HTTP server only so far as they may go: a whole one, or each message of an event stream.</summary>
/// <param name="inner">Sends.</param>
/// <param name="most">Bytes.</param>
/// <param name="exceeded">Told when there were more: the client in between keeps the cause to itself.</param>
internal sealed class BoundedReplies(HttpMessageHandler inner, int most, Action exceeded) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var reply = await base.SendAsync(request, cancellationToken);
        var isStream = reply.Content.Headers.ContentType?.MediaType == "text/event-stream";
        if (!isStream && reply.Content.Headers.ContentLength > most)
        {
            reply.Dispose();
            exceeded();
            throw new OversizedMessageException(most);
        }

        var bounded = new StreamContent(new Bounded(await reply.Content.ReadAsStreamAsync(cancellationToken), most, isStream, exceeded));
        foreach (var header in reply.Content.Headers)
        {
            bounded.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        reply.Content = bounded;
        return reply;
    }

    /// <summary>Counts what comes, of an event stream since the last line end.</summary>
    private sealed class Bounded(Stream inner, int most, bool isStream, Action exceeded) : Stream
    {
        private long _count;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            return Count(buffer.Span[..read]);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => Count(buffer.AsSpan(offset, inner.Read(buffer, offset, count)));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Count(ReadOnlySpan<byte> read)
        {
            var last = isStream ? read.LastIndexOf((byte)'\n') : -1;
            _count = last < 0 ? _count + read.Length : read.Length - last - 1;
            if (_count <= most)
            {
                return read.Length;
            }

            exceeded();
            throw new OversizedMessageException(most);
        }
    }
}
