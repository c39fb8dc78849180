using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace AiManager.Tools.Tests;

/// <summary>How far a reply over HTTP is taken: of a stream, each of its events for itself.</summary>
public sealed class BoundedRepliesTests
{
    private const int Most = 1024;
    private static readonly string Line = "data: " + new string('x', 94);

    [Theory]
    [InlineData("\n", 1)]
    [InlineData("\r\n", 1)]
    [InlineData("\r", 1)]
    [InlineData("\n", 4096)]
    [InlineData("\r\n", 4096)]
    [InlineData("\r", 4096)]
    [InlineData("\r\n", 101)]
    public async Task An_event_ends_at_an_empty_line_and_not_at_the_end_of_a_line(string end, int piece)
    {
        var events = string.Concat(Enumerable.Repeat(Line + end + Line + end + end, 50));
        Assert.Equal((events.Length, false), await ReadAsync(events, piece));

        var one = string.Concat(Enumerable.Repeat(Line + end, 12));
        Assert.True((await ReadAsync(one + end, piece)).IsExceeded);
        Assert.True((await ReadAsync(events + one, piece)).IsExceeded);
        Assert.False((await ReadAsync(string.Concat(Enumerable.Repeat(Line + end, 9)) + end, piece)).IsExceeded);
    }

    [Fact]
    public async Task Empty_lines_make_no_other_reply_longer_than_it_may_be() => Assert.True((await ReadAsync(new string('\n', Most + 1), 100, "application/json")).IsExceeded);

    /// <summary>What came before it was cut off, and whether it was.</summary>
    private static async Task<(int Length, bool IsExceeded)> ReadAsync(string reply, int piece, string type = "text/event-stream")
    {
        var isTold = false;
        using var client = new HttpMessageInvoker(new BoundedReplies(new Sends(reply, type), Most, () => isTold = true));
        using var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://localhost/"), CancellationToken.None);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var (buffer, length) = (new byte[piece], 0);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                length += read;
            }
        }
        catch (OversizedMessageException)
        {
            Assert.True(isTold);
        }

        return (length, isTold);
    }

    private sealed class Sends(string reply, string type) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // Its length is not said, as that of a stream is not.
            var content = new StreamContent(PipeReader.Create(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(reply))).AsStream());
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }
}
