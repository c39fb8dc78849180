using System.Text.Json;

namespace AiManager.Host.Tests;

/// <summary>Calls and replies of A2A, as they are written.</summary>
internal static class A2aCalls
{
    /// <summary>An answer is wanted at once.</summary>
    public const string At = "\"configuration\":{\"returnImmediately\":true}";

    /// <summary>What an error is called and its number, in either binding.</summary>
    public static (string Name, int Code) Named(JsonElement reply)
    {
        var error = reply.GetProperty("error");
        var why = error.TryGetProperty("data", out var data) ? data : error.GetProperty("details");
        return (why[0].GetProperty("reason").GetString()!, error.GetProperty("code").GetInt32());
    }

    public static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("id").GetString()!);

    public static IEnumerable<string> Words(JsonElement history) => history.EnumerateArray().Select(m => m.GetProperty("parts")[0].GetProperty("text").GetString()!);

    public static string Body(string method, string parameters) => $$"""{"jsonrpc":"2.0","id":"7","method":"{{method}}","params":{{parameters}}}""";

    public static string Message(string id, string words, string about = "") =>
        $$$"""{"message":{"messageId":"{{{id}}}",{{{about}}}"role":"ROLE_USER","parts":[{"text":"{{{words}}}"}]},{{{At}}}}""";
}
