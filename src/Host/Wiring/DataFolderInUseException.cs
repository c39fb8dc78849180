namespace AiManager.Host;

/// <summary>Another process has the data folder, and no server is there to do it instead.</summary>
internal sealed class DataFolderInUseException(DataFolderResult.InUse taken) : Exception(taken.Sentence);
