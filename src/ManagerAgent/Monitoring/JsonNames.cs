using System.Text.Json;

namespace AiManager.ManagerAgent;

/// <summary>Words of closed sets as they are written outside.</summary>
internal static class JsonNames
{
    public static string Of(MonitorTrigger trigger) => JsonNamingPolicy.CamelCase.ConvertName(trigger.ToString());
}
