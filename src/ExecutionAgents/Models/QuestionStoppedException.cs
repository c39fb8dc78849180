namespace AiManager.ExecutionAgents;

/// <summary>A question was not sent once more, because somebody has stopped whoever asks.</summary>
internal sealed class QuestionStoppedException(string reason) : Exception(reason);
