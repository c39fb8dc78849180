using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using SharpCompress.Compressors.Xz;

namespace AiManager.Evals;

/// <summary>One recorded call.</summary>
internal sealed record TraceStep(
    [property: JsonPropertyName("origin")] string Origin,
    [property: JsonPropertyName("tool")] string Tool,
    [property: JsonPropertyName("args")] JsonElement Args,
    [property: JsonPropertyName("result")] JsonElement Result,
    [property: JsonPropertyName("result_carries_injection")] bool CarriesInjection,
    [property: JsonPropertyName("needed_for_utility")] bool IsNeeded,
    [property: JsonPropertyName("attack_still_succeeds_if_only_this_is_denied")] bool? IsDispensable)
{
    public bool IsAttack => Origin == "attack";

    /// <summary>Without it the attack fails.</summary>
    public bool IsCritical => IsAttack && IsDispensable == false;

    public string ResultText => Result.ValueKind == JsonValueKind.String ? Result.GetString()! : Result.ValueKind == JsonValueKind.Undefined ? string.Empty : Result.GetRawText();
}

/// <summary>One recorded run.</summary>
internal sealed record Trace(
    [property: JsonPropertyName("case")] string Case,
    [property: JsonPropertyName("user_task")] string UserTask,
    [property: JsonPropertyName("injection_task")] string? InjectionTask,
    [property: JsonPropertyName("group")] string? Group,
    [property: JsonPropertyName("prompt")] string Prompt,
    [property: JsonPropertyName("attacker_goal")] string? AttackerGoal,
    [property: JsonPropertyName("steps")] ImmutableArray<TraceStep> Steps);

/// <summary>A tool as a suite describes it.</summary>
internal sealed record SuiteTool(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("description")] string Description,
    [property: JsonPropertyName("full_description")] string? More,
    [property: JsonPropertyName("parameters")] JsonElement Parameters,
    [property: JsonPropertyName("returns")] string? Returns);

/// <summary>What a suite's file says that packs may be written from: the tools. Vectors and goals stand in the same file and are never read.</summary>
internal sealed record SuiteTools([property: JsonPropertyName("tools")] ImmutableArray<SuiteTool> Tools);

/// <summary>Reads recordings.</summary>
internal static class TraceFiles
{
    public static async Task<ImmutableArray<Trace>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is missing.");
        }

        await using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".xz", StringComparison.Ordinal) ? new XZStream(file) : file;
        using var lines = new StreamReader(plain);
        var traces = ImmutableArray.CreateBuilder<Trace>();
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                traces.Add(JsonSerializer.Deserialize<Trace>(line) ?? throw new InvalidDataException($"{path} holds a null."));
            }
        }

        return traces.ToImmutable();
    }

    public static async Task<SuiteTools> ToolsAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<SuiteTools>(file, cancellationToken: cancellationToken) ?? throw new InvalidDataException($"{path} holds a null.");
    }
}
