using System.Text.Json.Serialization;

namespace AiManager.Host;

/// <summary>Who holds a data folder.</summary>
/// <param name="Pid">The process; 0 when it has not said yet.</param>
/// <param name="Url">Where its server listens; null when it is no server.</param>
/// <param name="Token">What the server takes from a terminal of the same user; null when it is no server.</param>
internal sealed record DataHolder(int Pid, string? Url, string? Token)
{
    /// <summary>Somebody holds it and has not said who.</summary>
    public static DataHolder Unknown { get; } = new(0, null, null);

    /// <summary>For people.</summary>
    public override string ToString() => Pid == 0 ? "another process" : $"process {Pid}";
}

/// <summary>What came of taking a data folder.</summary>
internal abstract record DataFolderResult
{
    private DataFolderResult()
    {
    }

    /// <summary>It is this process's until disposed.</summary>
    public sealed record Taken(DataFolder Folder) : DataFolderResult;

    /// <summary>Somebody else has it.</summary>
    /// <param name="Path">The folder.</param>
    /// <param name="Holder">Who; null when it cannot be read.</param>
    public sealed record InUse(string Path, DataHolder? Holder) : DataFolderResult
    {
        /// <summary>For people, with what to do.</summary>
        public string Sentence => $"The data folder '{Path}' is in use by {Holder ?? DataHolder.Unknown}. Stop it, or give another folder with --data.";
    }
}

/// <summary>The form of <c>lock</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DataHolder))]
internal sealed partial class DataHolderJson : JsonSerializerContext;
