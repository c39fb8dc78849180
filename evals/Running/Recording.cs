using System.Text.Json;
using AiManager.ExecutionAgents;

namespace AiManager.Evals;

/// <summary>What is recorded in a folder; <c>recording.json</c> in it. Replayed figures are those of the model that spoke then.</summary>
/// <param name="Model">Which model spoke.</param>
/// <param name="IsScripted">True for the scripted model.</param>
internal sealed record Recording(string Model, bool IsScripted)
{
    private const string FileName = "recording.json";

    /// <summary>The endpoint of a model that is only played: nobody is there.</summary>
    private const string Nowhere = "http://replayed.invalid/v1";

    /// <summary>The model as the program is told of it; null for the scripted one.</summary>
    public ModelChoice? Choice => IsScripted ? null : new ModelChoice(Nowhere, Model);

    /// <summary>The model as reports name it.</summary>
    public string Label => $"{Model} (replayed)";

    /// <summary>Reads a folder's. Throws <see cref="IOException"/> and <see cref="JsonException"/>.</summary>
    public static Recording Read(string folder) =>
        JsonSerializer.Deserialize<Recording>(File.ReadAllText(Path.Combine(folder, FileName)), RunResults.Json) ?? throw new JsonException($"{folder} holds no recording.");

    /// <summary>Puts it into a folder. Throws <see cref="IOException"/> where another model is recorded: what of it is not recorded anew would be taken for this one's.</summary>
    public void Write(string folder)
    {
        if (File.Exists(Path.Combine(folder, FileName)) && Read(folder) is var there && there != this)
        {
            throw new IOException($"{folder} holds a recording of '{there.Model}', which this of '{Model}' would be mixed with: record into another folder, or delete that one.");
        }

        PrivateFiles.MakeFolder(folder);
        PrivateFiles.Write(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, RunResults.Json) + "\n");
    }
}
