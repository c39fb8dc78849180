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

    /// <summary>Counts what comes, of an event stream since the last empty line: that is where an event ends, and until then whoever reads it keeps it.</summary>
    private sealed class Bounded(Stream inner, int most, bool isStream, Action exceeded) : InboundStream(inner)
    {
        private long _count;
        private bool _isLineEmpty = true;
        private bool _isAfterReturn;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await Inner.ReadAsync(buffer, cancellationToken);
            Count(buffer.Span[..read]);
            return read;
        }

        /// <summary>A line ends with a line feed, a carriage return, or both.</summary>
        private void Count(ReadOnlySpan<byte> read)
        {
            while (isStream && read.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var end)
            {
                var isSecondHalf = _isAfterReturn && end == 0 && read[0] == '\n';
                Add(end + 1);
                if (!isSecondHalf)
                {
                    _count = _isLineEmpty && end == 0 ? 0 : _count;
                    _isLineEmpty = true;
                }

                _isAfterReturn = read[end] == '\r';
                read = read[(end + 1)..];
            }

            if (!read.IsEmpty)
            {
                Add(read.Length);
                _isLineEmpty = _isAfterReturn = false;
            }
        }

        private void Add(int more)
        {
            _count += more;
            if (_count > most)
            {
                exceeded();
                throw new OversizedMessageException(most);
            }
        }
    }
}
