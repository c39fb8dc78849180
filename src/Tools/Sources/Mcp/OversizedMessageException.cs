namespace AiManager.Tools;

/// <summary>A server sent more in one message than is taken from it.</summary>
internal sealed class OversizedMessageException(int most) : IOException($"It sent a message of more than {most / 1024} KB, the most that is taken from it (maxResult). Ask for less.");
