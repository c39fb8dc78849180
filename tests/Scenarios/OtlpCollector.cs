using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Scenarios.Tests;

/// <summary>Takes what is sent over OTLP/HTTP, keeps every byte, and reads spans and the names of figures out of it.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private OtlpCollector(WebApplication app) => _app = app;

    /// <summary>Every request's body as it came.</summary>
    public IEnumerable<byte[]> Bodies => _received.Select(r => r.Body);

    /// <summary>Every span that came.</summary>
    public IReadOnlyList<OtlpSpan> Spans =>
    [
        .. from request in _received
           where request.Path == "/v1/traces"
           from resource in Protobuf.Messages(request.Body, 1)
           from scope in Protobuf.Messages(resource, 2)
           from span in Protobuf.Messages(scope, 2)
           select OtlpSpan.Read(span, Protobuf.Text(Protobuf.Messages(scope, 1).First(), 1), Protobuf.Text(scope, 3)),
    ];

    /// <summary>Names of the figures that came.</summary>
    public IReadOnlySet<string> Figures =>
        (from request in _received
         where request.Path == "/v1/metrics"
         from resource in Protobuf.Messages(request.Body, 1)
         from scope in Protobuf.Messages(resource, 2)
         from metric in Protobuf.Messages(scope, 2)
         select Protobuf.Text(metric, 1)).ToHashSet();

    /// <summary>What to set for a process so that it sends here, and soon.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
    };

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.MapPost("/v1/{signal}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector._received.Enqueue((context.Request.Path.Value!, body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        });
        await app.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>A span as it went over the wire.</summary>
internal sealed record OtlpSpan(
    string Trace, string Id, string Parent, string Name, long Kind, string Scope, string SchemaUrl, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Links)
{
    public static OtlpSpan Read(byte[] span, string scope, string schemaUrl) => new(
        Protobuf.Hex(span, 1),
        Protobuf.Hex(span, 2),
        Protobuf.Hex(span, 4),
        Protobuf.Text(span, 5),
        Protobuf.Number(span, 6),
        scope,
        schemaUrl,
        Protobuf.Messages(span, 9).ToDictionary(tag => Protobuf.Text(tag, 1), tag => Value(Protobuf.Messages(tag, 2).First())),
        [.. Protobuf.Messages(span, 13).Select(link => Protobuf.Hex(link, 1))]);

    private static string Value(byte[] any) => Protobuf.Messages(any, 1).Any() ? Protobuf.Text(any, 1) : Protobuf.Number(any, 3).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>As much of the wire format as a test needs.</summary>
internal static class Protobuf
{
    public static IEnumerable<byte[]> Messages(byte[] message, int field) => Fields(message).Where(f => f.Field == field && f.Bytes is not null).Select(f => f.Bytes!);

    public static string Text(byte[] message, int field) => Messages(message, field).Select(Encoding.UTF8.GetString).FirstOrDefault(string.Empty);

    public static string Hex(byte[] message, int field) => Messages(message, field).Select(Convert.ToHexStringLower).FirstOrDefault(string.Empty);

    public static long Number(byte[] message, int field) => Fields(message).FirstOrDefault(f => f.Field == field).Number;

    private static List<(int Field, long Number, byte[]? Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, long, byte[]?)>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((field, Varint(message, ref at), null));
                    break;
                case 1:
                    fields.Add((field, BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at)), null));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    fields.Add((field, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add((field, BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(at)), null));
                    at += 4;
                    break;
                default:
                    throw new FormatException($"No such wire type: {key & 7}.");
            }
        }

        return fields;
    }

    private static long Varint(byte[] message, ref int at)
    {
        var value = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
