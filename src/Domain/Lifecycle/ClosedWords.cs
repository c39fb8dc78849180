using System.Text.Json;

namespace AiManager.Domain;

/// <summary>How the values of closed sets are written outside that have no contract of their own: <c>nothingToDo</c>.</summary>
public static class ClosedWords
{
    /// <summary>The word.</summary>
    public static string Of<TValue>(TValue value)
        where TValue : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
