using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace AiManager.Host.Tests;

/// <summary>Connections that say or take nothing more, with patience shortened to seconds: each is let go, and what it held is free again.</summary>
public sealed class SlowClientTests : IAsyncLifetime, IDisposable
{
    private const int MostConnections = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _patience = new(Patience);
    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync(
        TimeProvider.System,
        limits =>
        {
            limits.RequestHeadersTimeout = Grace;
            limits.MinRequestBodyDataRate = new MinDataRate(100_000, Grace);
            limits.MinResponseDataRate = new MinDataRate(100_000, Grace);
            limits.MaxConcurrentConnections = MostConnections;
        },
        "api: { streamsPerPerson: 1, writesPerMinute: 10000 }\n");

    public async Task DisposeAsync() => await _api.DisposeAsync();

    public void Dispose() => _patience.Dispose();

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: 127")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nkey=")]
    public async Task A_head_or_a_body_that_does_not_come_to_its_end_is_told_so_and_let_go(string begun)
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(begun), _patience.Token);
        Assert.StartsWith("HTTP/1.1 408", await stream.ToItsEndAsync(_patience.Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\n\r\nkey=")]
    public async Task A_byte_now_and_then_buys_no_more_time_than_none_and_others_are_answered_meanwhile(string begun)
    {
        using var client = await ConnectAsync();
        using var others = _api.Stranger();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(begun), _patience.Token);
        var (reply, sent) = (stream.ToItsEndAsync(_patience.Token), 0);
        while (!reply.IsCompleted)
        {
            try
            {
                await stream.WriteAsync("a"u8.ToArray(), _patience.Token);
                sent++;
            }
            catch (IOException)
            {
                break; // it was let go between two bytes
            }

            // What lies between two bytes is as long as it takes to answer somebody else.
            using var answered = await others.GetAsync(new Uri("/health/live", UriKind.Relative), _patience.Token);
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }

        Assert.StartsWith("HTTP/1.1 408", await reply, StringComparison.Ordinal);
        Assert.True(sent > 10, $"{sent} bytes were sent");
    }

    [Fact]
    public async Task A_stream_whose_reader_takes_nothing_ends_and_frees_its_seat()
    {
        var workflow = await _api.SubmittedAsync();
        var args = JsonText.Parse($$"""{"text":"{{new string('a', 50_000)}}"}""");
        for (var batch = 0; batch < 2; batch++)
        {
            await _api.AppendAsync(workflow, [.. Enumerable.Range(0, 200).Select(i => new CallProposed(PrefixedId.Derive<CallId>(workflow.Value, $"c{batch}-{i}"), null, "purchaser", "erp.order", args, []))]);
        }

        var key = await _api.Get<KeyDesk>().CreateAsync("jana", [], null, Actor.System, CancellationToken.None);
        using var silent = await ConnectAsync(receives: 4096);
        await silent.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/workflows/{workflow}/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key.Write()}\r\n\r\n"), _patience.Token);

        using var jana = _api.Stranger();
        jana.DefaultRequestHeaders.Authorization = new("Bearer", key.Write());
        var path = new Uri($"/api/workflows/{workflow}/stream", UriKind.Relative);
        var wasTaken = false;
        for (var status = HttpStatusCode.TooManyRequests; status != HttpStatusCode.OK || !wasTaken;)
        {
            using var again = await jana.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, _patience.Token);
            status = again.StatusCode;
            wasTaken |= status == HttpStatusCode.TooManyRequests;
        }
    }

    [Fact]
    public async Task Beyond_so_many_connections_nobody_is_listened_to_until_one_is_free()
    {
        // Patient with each: who is let go while the others connect makes room too soon.
        await using var api = await ApiUnderTest.StartAsync(
            TimeProvider.System,
            limits =>
            {
                limits.RequestHeadersTimeout = Patience;
                limits.MaxConcurrentConnections = MostConnections;
            },
            string.Empty);
        var open = new List<TcpClient>();
        try
        {
            for (var i = 0; i < MostConnections; i++)
            {
                open.Add(await ConnectAsync(api));
                await open[^1].GetStream().WriteAsync("GET"u8.ToArray(), _patience.Token);
            }

            using var beyond = await ConnectAsync(api);
            Assert.True(await IsClosedAsync(beyond));
        }
        finally
        {
            open.ForEach(c => c.Dispose());
        }

        for (var isAnswered = false; !isAnswered;)
        {
            using var client = api.Stranger();
            try
            {
                isAnswered = (await client.GetAsync(new Uri("/health/live", UriKind.Relative), _patience.Token)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // The server has not noticed yet that the others went.
            }
        }
    }

    [Fact]
    public async Task What_the_program_itself_is_patient_about_is_bounded()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var limits = api.Get<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.Equal(RequestLimits.MostConnections, limits.MaxConcurrentConnections);
        Assert.InRange(limits.RequestHeadersTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));
        Assert.True(limits.MinRequestBodyDataRate is { BytesPerSecond: >= 100 });
        Assert.True(limits.MinResponseDataRate is { BytesPerSecond: >= 100 }, "whoever asks for a page or a stream and takes nothing");
    }

    private async Task<bool> IsClosedAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().WriteAsync("GET"u8.ToArray(), _patience.Token);
            return await client.GetStream().ReadAsync(new byte[1], _patience.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private Task<TcpClient> ConnectAsync(int? receives = null) => ConnectAsync(_api, receives);

    private async Task<TcpClient> ConnectAsync(ApiUnderTest api, int? receives = null)
    {
        var client = new TcpClient();
        if (receives is { } bytes)
        {
            client.ReceiveBufferSize = bytes;
        }

        await client.ConnectAsync(IPAddress.Loopback, api.Url.Port, _patience.Token);
        return client;
    }
}
