using System.Text.Json.Nodes;
using AiManager.Domain;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AiManager.Tools;

/// <summary>A tool of an MCP server. Only what a person said of it counts; that the server calls it harmless does not.</summary>
internal sealed class McpTool(McpSource source, ListedTool tool, ToolInfo info) : IToolImplementation
{
    private readonly OutputCheck _output = OutputCheck.Of(tool.OutputSchema);

    ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    async Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken)
    {
        McpConnection connection;
        try
        {
            connection = await source.ConnectedAsync(isListWanted: false, cancellationToken);
        }
        catch (SourceFaultException fault)
        {
            // Nothing was sent.
            return new ToolOutput.Failed($"The source '{source.Name}' is down. {fault.Message}", IsRetryable: true);
        }

        if (connection.DigestOf(tool.RemoteName) is not { } now || now != tool.Digest)
        {
            return new ToolOutput.Failed(
                $"{info.Name} was not called: the server {(connection.DigestOf(tool.RemoteName) is null ? "does not have it any more" : "has another tool under that name now")}.");
        }

        using var idle = new CancellationTokenSource(source.Reached.Idle, source.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        try
        {
            var result = await connection.Client.CallToolAsync(
                tool.RemoteName,
                Arguments(intent.Args),
                new Heartbeat(() =>
                {
                    idle.CancelAfter(source.Reached.Idle);
                    source.Heard(tool);
                }),
                new RequestOptions { Meta = new JsonObject { [CallIds.Key] = intent.Key } },
                either.Token);
            return Came(result);
        }
        catch (McpProtocolException refused) when (refused.ErrorCode is McpErrorCode.InvalidParams or McpErrorCode.MethodNotFound or McpErrorCode.InvalidRequest)
        {
            return new ToolOutput.Failed("The server refused the call: " + source.Reached.Tell(refused.Message));
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Broken($"The server said nothing for {source.Reached.Idle.TotalSeconds:0.#} s.");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await source.BrokeAsync(connection, fault);
            return (int?)(fault as McpProtocolException)?.ErrorCode == BoundedLines.TooLong || McpConnection.Causes(fault).OfType<OversizedMessageException>().Any() || connection.TakeExcess()
                ? Broken("The result is too large. " + new OversizedMessageException(source.Reached.MostBytes).Message, isRetryable: false)
                : Broken(connection.Explain(fault, "The call broke off", cancellationToken).Message);
        }
        finally
        {
            await connection.EndAsync(intent.Key, isBrokenOff: either.IsCancellationRequested);
        }
    }

    /// <summary>A read that broke off did nothing; of anything else nobody can say.</summary>
    private ToolOutput Broken(string error, bool isRetryable = true) => info.IsReadOnly ? new ToolOutput.Failed(error, isRetryable) : new ToolOutput.Unclear(error);

    /// <summary>
    /// The protocol has one word for "I refused it" and "it broke half way". Where doing it again cannot do it twice, whoever asked may hear that it failed and try again;
    /// elsewhere, and where money may have gone, nobody knows what was done.
    /// </summary>
    private ToolOutput Reported(string error) => info.IsReadOnly || info is { IsIdempotent: true, Money: null } ? new ToolOutput.Failed(error) : new ToolOutput.Unclear(error);

    private ToolOutput Came(CallToolResult result)
    {
        var read = McpResult.Read(result);
        if (result.IsError == true)
        {
            return Reported(source.Reached.Tell(read.Words is { Length: > 0 } words ? words : "The tool says that it failed, and not why."));
        }

        var lies = _output.Faults(result.StructuredContent);
        if (lies.IsEmpty)
        {
            return new ToolOutput.Done(read.Json([]), []) { Kept = read.Kept };
        }

        // What was done is done; but what the server says of it is not what it promised to say.
        return info.IsReadOnly
            ? new ToolOutput.Failed("The result is not what the tool's own output schema promises: " + source.Reached.Tell(string.Join("; ", lies)))
            : new ToolOutput.Done(read.Json(lies), []) { Kept = read.Kept };
    }

    private static Dictionary<string, object?> Arguments(JsonText args) => args.ToElement().EnumerateObject().ToDictionary(a => a.Name, a => (object?)a.Value, StringComparer.Ordinal);

    /// <summary>Each report puts off the moment from which nothing was heard.</summary>
    private sealed class Heartbeat(Action beat) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value)
        {
            try
            {
                beat();
            }
            catch (ObjectDisposedException)
            {
                // The call is over.
            }
        }
    }
}
