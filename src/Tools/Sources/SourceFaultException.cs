namespace AiManager.Tools;

/// <summary>A source cannot be reached or cannot be understood. The message is for people, agents and the journal: it holds no secret.</summary>
internal class SourceFaultException(string message, Exception? cause = null) : Exception(message, cause);
