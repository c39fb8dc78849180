using System.Net;

namespace AiManager.Tools;

/// <summary>One operation, as a tool. It sends once; whether to send again is not its decision.</summary>
internal sealed class OpenApiTool(OpenApiSource source, OpenApiOperation operation, ToolInfo info) : IToolImplementation
{
    ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(source.Settings.StoresKeyOf(operation));

    async Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(intent, renews: false, cancellationToken);
        }
        catch (Exception fault) when (fault is OpenApiFault or SourceFaultException or UnreachableHostException)
        {
            return new ToolOutput.Failed(fault.Message, IsRetryable: fault is SourceFaultException);   // nothing left this host
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            return fault.InnerException is UnreachableHostException unreachable ? new ToolOutput.Failed(unreachable.Message) : new ToolOutput.Failed(Words(fault), IsRetryable: fault.HttpRequestError != HttpRequestError.SecureConnectionError);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            source.IsDown("The connection broke.");
            return Unclear($"The connection to {source.Host} broke before the whole answer was there.", isRetryable: true);
        }
    }

    private async Task<ToolOutput> SendAsync(StartedIntent intent, bool renews, CancellationToken cancellationToken)
    {
        using var request = OpenApiRequests.Make(operation, source.Settings.BaseUrl, intent.Args.ToElement());
        if (source.Settings.StoresKeyOf(operation))
        {
            // A key that a model wrote would make two calls one.
            request.Headers.Remove(source.Settings.KeyHeader!);
            request.Headers.TryAddWithoutValidation(source.Settings.KeyHeader!, intent.Key);
        }

        await source.Credentials.ApplyAsync(request, renews, cancellationToken);
        using var response = await source.Http.SendAsync(request, intent.IsRepeatable, cancellationToken);
        source.IsUp();
        if (response.StatusCode == HttpStatusCode.Unauthorized && source.Credentials.CanRenew && !renews)
        {
            return await SendAsync(intent, renews: true, cancellationToken);   // refused is not done
        }

        return await OpenApiReplies.ReadAsync(response, source, info, cancellationToken);
    }

    private ToolOutput Unclear(string why, bool isRetryable) => info.IsReadOnly ? new ToolOutput.Failed(why, isRetryable) : new ToolOutput.Unclear(why);

    private string Words(HttpRequestException fault)
    {
        var words = fault.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"The name {source.Host} cannot be resolved.",
            HttpRequestError.SecureConnectionError => $"There is no secure connection to {source.Host}: its certificate is not one to trust, or it speaks no TLS that is known here.",
            _ => $"{source.Host} cannot be reached.",
        };
        source.IsDown(words);
        return words;
    }
}
