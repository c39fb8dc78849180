namespace AiManager.ManagerAgent;

/// <summary>What monitors need to know of the company and of this host.</summary>
/// <param name="Company">Digest of the configuration in force.</param>
/// <param name="Zone">In which days begin and end.</param>
/// <param name="Budget">What a goal may use unless it says otherwise; null for no cap.</param>
/// <param name="Node">This host's name.</param>
public sealed record MonitorSettings(string Company, TimeZoneInfo Zone, Amounts? Budget, string Node);
