using System.Text.Json;
using AiManager.Domain;
using Microsoft.Extensions.AI;

namespace AiManager.Tools;

/// <summary>One function of an assembly. What it throws is a failure of the call and of nothing else.</summary>
internal sealed class AssemblyTool(AssemblySource source, ListedTool tool, ToolInfo info) : IToolImplementation
{
    ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>On a thread of the pool: code that does not wait as it should must not hold whoever drives.</summary>
    Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken) => Task.Run(() => CallAsync(intent, cancellationToken), cancellationToken);

    private async Task<ToolOutput> CallAsync(StartedIntent intent, CancellationToken cancellationToken)
    {
        AIFunction function;
        try
        {
            function = source.Find(tool);
        }
        catch (SourceFaultException fault)
        {
            return new ToolOutput.Failed(fault.Message);
        }

        var arguments = new AIFunctionArguments(StringComparer.Ordinal);
        foreach (var field in intent.Args.ToElement().EnumerateObject())
        {
            arguments[field.Name] = field.Value;
        }

        try
        {
            var result = await function.InvokeAsync(arguments, cancellationToken);
            return new ToolOutput.Done(Text(result, function.JsonSerializerOptions), []);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // It broke off somewhere in the middle: of a read that is no harm, of anything else nobody can say. An argument that it refuses is refused before anything.
            return info.IsReadOnly || fault is ArgumentException ? new ToolOutput.Failed(Words(fault)) : new ToolOutput.Unclear(Words(fault));
        }
    }

    /// <summary>Without the indentation that is usual with functions: it would fill prompts with blanks.</summary>
    private static JsonText Text(object? result, JsonSerializerOptions options) =>
        JsonText.Parse(JsonSerializer.Serialize(result is JsonElement element ? element : JsonSerializer.SerializeToElement(result, options)));

    private static string Words(Exception fault) => fault.Message.Length <= 500 ? fault.Message : fault.Message[..500] + "…";
}
