using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiManager.Evals;

/// <summary>All that came of a run of suites; <c>results.json</c>.</summary>
/// <param name="Model">Which model it was measured with: a figure without it says nothing.</param>
/// <param name="IsScripted">True for the scripted model, whose scores say something of the manager and nothing of a model.</param>
/// <param name="Cases">In the suites' order.</param>
internal sealed record RunResults(string Model, bool IsScripted, ImmutableArray<CaseResult> Cases)
{
    /// <summary>What the scripted model is called in reports.</summary>
    public const string Scripted = "scripted";

    public const string FileName = "results.json";

    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Which version of each prompt it was measured with; null for what was built in, without a look at it.</summary>
    public string? Prompts { get; init; }

    /// <summary>What each suite comes to; written with the cases, and reckoned from them again when they are read.</summary>
    public ImmutableArray<SuiteFigures> Suites => SuiteFigures.Of(Cases);

    /// <summary>In which order the cases were run; null in results from before there was one.</summary>
    public long? Seed { get; init; }

    /// <summary>What could be asked of the model in a minute; null where nothing was limited.</summary>
    public string? Limits { get; init; }

    /// <summary>How many cases were left out because their trouble is in what the scripted model says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int LeftOut { get; init; }

    /// <summary>Seed, limits, and what was not measured, for people; empty where nothing is known.</summary>
    [JsonIgnore]
    public string Conditions => string.Join(
        ", ",
        new[]
        {
            Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"Seed {seed}") : null,
            Limits,
            LeftOut > 0 ? string.Create(CultureInfo.InvariantCulture, $"{LeftOut} cases left out whose trouble is in scripts") : null,
            Cases.Count(c => c.IsResisted) is > 0 and var resisted ? string.Create(CultureInfo.InvariantCulture, $"in {resisted} the model did not try what they are about: there only what must not come of it was looked at") : null,
        }.OfType<string>());

    /// <summary>How many passed.</summary>
    [JsonIgnore]
    public int Passed => Cases.Count(c => c.Passed);

    /// <summary>Reads what <see cref="WriteAsync"/> wrote. Throws <see cref="IOException"/> and <see cref="JsonException"/>.</summary>
    public static RunResults Read(string path) =>
        JsonSerializer.Deserialize<RunResults>(File.ReadAllText(path), Json) ?? throw new JsonException($"{path} holds no results.");

    public async Task WriteAsync(string path, CancellationToken cancellationToken) =>
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(this, Json) + "\n", cancellationToken);
}
