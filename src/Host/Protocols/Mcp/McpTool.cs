using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace AiManager.Host;

/// <summary>Something that an MCP client can ask of the manager.</summary>
/// <param name="Name">As clients call it.</param>
/// <param name="Title">For people.</param>
/// <param name="Description">For models: what it does and when to use it.</param>
/// <param name="Permission">What a key needs to see it and to call it.</param>
/// <param name="Effect">What it does to what is there.</param>
/// <param name="Schema">JSON Schema of its arguments.</param>
/// <param name="Answers">JSON Schema of its answer.</param>
/// <param name="Run">Does it. Throws <see cref="BadHttpRequestException"/> with words for the caller.</param>
internal sealed record McpTool(string Name, string Title, string Description, string Permission, McpEffect Effect, JsonElement Schema, JsonElement Answers, Func<McpCall, CancellationToken, Task<McpAnswer>> Run)
{
    /// <summary>As the protocol lists it.</summary>
    public Tool ToProtocol() => new()
    {
        Name = Name,
        Title = Title,
        Description = Description,
        InputSchema = Schema,
        OutputSchema = Answers,
        Annotations = new ToolAnnotations
        {
            Title = Title,
            ReadOnlyHint = Effect == McpEffect.Reads,
            DestructiveHint = Effect == McpEffect.Decides,

            // What is decided or ended is so, however often it is asked for; a goal or a message without a key is another each time.
            IdempotentHint = Effect != McpEffect.Adds,
            OpenWorldHint = false,
        },
    };
}

/// <summary>What a tool does to what is there.</summary>
internal enum McpEffect
{
    /// <summary>Nothing.</summary>
    Reads,

    /// <summary>It adds something and takes nothing away.</summary>
    Adds,

    /// <summary>It ends or settles something for good.</summary>
    Decides,
}

/// <summary>A call.</summary>
/// <param name="Arguments">As sent: an object.</param>
/// <param name="Caller">Whose key it came with.</param>
/// <param name="Services">Of the request.</param>
internal sealed record McpCall(JsonElement Arguments, Caller Caller, IServiceProvider Services)
{
    /// <summary>A part of the company.</summary>
    public TService Get<TService>()
        where TService : notnull => Services.GetRequiredService<TService>();
}

/// <summary>What a call came to.</summary>
internal abstract record McpAnswer
{
    private McpAnswer()
    {
    }

    /// <summary>Done.</summary>
    /// <param name="Value">An object, as the HTTP API would answer.</param>
    public sealed record Done(JsonElement Value) : McpAnswer;

    /// <summary>Not done.</summary>
    /// <param name="Why">For the caller.</param>
    public sealed record Refused(string Why) : McpAnswer;
}
