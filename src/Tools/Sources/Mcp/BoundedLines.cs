using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiManager.Tools;

/// <summary>
/// What a server writes, line by line, without lines that are longer than is taken from it: such a line is dropped as it comes, never held. Where it was the answer
/// to a request, an error takes its place, so that whoever waits is told and the others go on; where nobody can say whose it was, the stream breaks.
/// </summary>
internal sealed partial class BoundedLines(Stream inner, int most) : InboundStream(inner)
{
    /// <summary>The code of the error that takes the place of an answer that was too long.</summary>
    public const int TooLong = -32950;

    /// <summary>A request's id stands near the beginning of an answer or near its end.</summary>
    private const int EndsKept = 256;

    private readonly byte[] _chunk = new byte[64 * 1024];
    private readonly ArrayBufferWriter<byte> _ready = new();
    private readonly byte[] _head = new byte[EndsKept];
    private readonly byte[] _tail = new byte[EndsKept];
    private int _given;
    private int _length;
    private int _tailLength;
    private bool _isDropping;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _ready.WrittenCount)
        {
            _ready.ResetWrittenCount();
            _given = 0;
            var read = await Inner.ReadAsync(_chunk, cancellationToken);
            if (read == 0)
            {
                return 0;
            }

            Take(_chunk.AsSpan(0, read));
        }

        var count = Math.Min(buffer.Length, _ready.WrittenCount - _given);
        _ready.WrittenSpan.Slice(_given, count).CopyTo(buffer.Span);
        _given += count;
        return count;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            if (!_isDropping && _length + part.Length > most)
            {
                // What was passed on of it is no JSON, and is passed over as such.
                _isDropping = true;
                _ready.Write("\n"u8);
            }

            Keep(part);
            if (!_isDropping)
            {
                _ready.Write(part);
            }

            if (end >= 0)
            {
                EndLine();
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_length < EndsKept)
        {
            part[..Math.Min(part.Length, EndsKept - _length)].CopyTo(_head.AsSpan(_length));
        }

        if (part.Length >= EndsKept)
        {
            part[^EndsKept..].CopyTo(_tail);
            _tailLength = EndsKept;
        }
        else
        {
            var kept = Math.Min(_tailLength, EndsKept - part.Length);
            _tail.AsSpan(_tailLength - kept, kept).CopyTo(_tail);
            part.CopyTo(_tail.AsSpan(kept));
            _tailLength = kept + part.Length;
        }

        _length = (int)Math.Min((long)_length + part.Length, int.MaxValue);
    }

    private void EndLine()
    {
        if (_isDropping)
        {
            var head = Encoding.UTF8.GetString(_head.AsSpan(0, Math.Min(_length, EndsKept)));
            if (!Method().IsMatch(head))
            {
                var id = IdAtStart().Match(head) is { Success: true } first ? first : IdAtEnd().Match(Encoding.UTF8.GetString(_tail.AsSpan(0, _tailLength)));
                if (!id.Success)
                {
                    throw new OversizedMessageException(most);
                }

                var error = new JsonObject { ["code"] = TooLong, ["message"] = new OversizedMessageException(most).Message };
                var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(id.Groups["id"].Value), ["error"] = error };
                _ready.Write(Encoding.UTF8.GetBytes(answer.ToJsonString()));
            }
        }

        _ready.Write("\n"u8);
        (_length, _tailLength, _isDropping) = (0, 0, false);
    }

    /// <summary>A request or a notification of the server's own: nobody waits for an answer.</summary>
    [GeneratedRegex("""^\s*\{\s*(?:"(?:jsonrpc|id)"\s*:\s*(?:"[^"]*"|\d+)\s*,\s*)*"method"\s*:""")]
    private static partial Regex Method();

    [GeneratedRegex("""^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(?<id>\d{1,18}|"[A-Za-z0-9_.-]{1,64}")\s*,""")]
    private static partial Regex IdAtStart();

    [GeneratedRegex("""\}\s*,\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(?<id>\d{1,18}|"[A-Za-z0-9_.-]{1,64}")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$""")]
    private static partial Regex IdAtEnd();
}
