using AiManager.ExecutionAgents;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Whether what models say is recorded, or played from a recording, as the environment says.</summary>
internal static class CassetteSettings
{
    /// <summary>A folder to record into.</summary>
    public const string Record = "AIMANAGER_MODEL_RECORD";

    /// <summary>A folder to play from; no model is asked.</summary>
    public const string Replay = "AIMANAGER_MODEL_REPLAY";

    private const string PlayedFile = "played.txt";

    /// <summary>What the environment says; null when it says nothing. Throws <see cref="UsageException"/>.</summary>
    /// <param name="dataFolder">Where a run keeps how far it has played: what another start of the program drives on is played on.</param>
    /// <param name="tools">They know the company's secrets, which no recording holds.</param>
    /// <param name="environment">Looks up a variable; null when it is not set.</param>
    public static CassetteOptions? InForce(CompanyTools tools, string dataFolder, Func<string, string?> environment)
    {
        var (record, replay) = (Value(environment, Record), Value(environment, Replay));
        if (record is not null && replay is not null)
        {
            throw new UsageException($"{Record} and {Replay} do not go together: what is played is recorded already.");
        }

        if (replay is not null && !Directory.Exists(replay))
        {
            throw new UsageException($"{Replay}: there is no folder '{replay}'.");
        }

        return (record ?? replay) is { } folder ? new CassetteOptions(folder, replay is not null, tools.WithoutSecrets) { Progress = Path.Combine(dataFolder, PlayedFile) } : null;
    }

    /// <summary>The cassette of a further model: a folder of its own, since two models may be asked the same.</summary>
    public static CassetteOptions? Of(CassetteOptions? cassette, string model) => cassette is null ? null : cassette with { Folder = Path.Combine(cassette.Folder, model), Progress = cassette.Progress is { } file ? $"{file}.{model}" : null };

    private static string? Value(Func<string, string?> environment, string variable) => environment(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
