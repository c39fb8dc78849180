namespace AiManager.Host;

/// <summary>What was asked for on the command line or in the environment cannot be done as it stands; the message says what to do instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
