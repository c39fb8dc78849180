using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Who may do what, worked out once for each configuration: it is reasoned about all calls, and does not change until the files do. Thread-safe.</summary>
internal sealed class PermissionTable(TimeProvider time)
{
    private Made? _last;

    /// <summary>Of each agent and each tool that it has, and what a reader of the policy should look at.</summary>
    public (IReadOnlyDictionary<(string Agent, string Tool), ToolPermission> Permissions, ImmutableArray<LintFinding> Findings) Of(LoadedCompany company)
    {
        if (Volatile.Read(ref _last) is { } last && last.Hash == company.Bundle.Hash)
        {
            return (last.Permissions, last.Findings);
        }

        var analyst = PolicyAnalyst.Of(company.Tools, company.Directory, time.GetUtcNow());
        var permissions = company.Directory.Agents
            .SelectMany(a => a.Tools.Select(t => analyst.PermissionOf(a.Name, t)))
            .DistinctBy(p => (p.Agent, p.Tool))
            .ToDictionary(p => (p.Agent, p.Tool));
        var findings = analyst.Lint();
        Volatile.Write(ref _last, new Made(company.Bundle.Hash, permissions, findings));
        return (permissions, findings);
    }

    private sealed record Made(string Hash, Dictionary<(string Agent, string Tool), ToolPermission> Permissions, ImmutableArray<LintFinding> Findings);
}
