using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// Who may do what. It is reasoned about all calls, so it is kept for as long as it stays true: until the files change, or a tool that was found out or what somebody said
/// of one, or until a rule ends. Thread-safe.
/// </summary>
internal sealed class PermissionTable(TimeProvider time)
{
    private Made? _last;

    /// <summary>Of each agent and each tool that it has, and what a reader of the policy should look at.</summary>
    public (IReadOnlyDictionary<(string Agent, string Tool), ToolPermission> Permissions, ImmutableArray<LintFinding> Findings) Of(LoadedCompany company)
    {
        var now = time.GetUtcNow();

        // A version changes with what its source lists of a tool and with what people say of it.
        var known = string.Join('\n', company.Tools.Catalog.Records.Select(r => $"{r.Name} {r.Info?.Version}").Prepend(company.Bundle.Hash));
        if (Volatile.Read(ref _last) is { } last && last.Known == known && now >= last.At && !(now >= last.Until))
        {
            return (last.Permissions, last.Findings);
        }

        var analyst = PolicyAnalyst.Of(company.Tools, company.Directory, now);
        var permissions = company.Directory.Agents
            .SelectMany(a => a.Tools.Select(t => analyst.PermissionOf(a.Name, t)))
            .Concat(OfTheService(company, analyst))
            .DistinctBy(p => (p.Agent, p.Tool))
            .ToDictionary(p => (p.Agent, p.Tool));
        var findings = analyst.Lint();
        Volatile.Write(ref _last, new Made(known, now, analyst.EndsNext, permissions, findings));
        return (permissions, findings);
    }

    /// <summary>What the service reads by itself, to check what was reached and to show what a call would do: of tools that agents have, and of others where a rule lets it.</summary>
    private static IEnumerable<ToolPermission> OfTheService(LoadedCompany company, PolicyAnalyst analyst)
    {
        var held = company.Directory.Agents.SelectMany(a => a.Tools).ToHashSet(StringComparer.Ordinal);
        return company.Tools.Catalog.Infos.Where(t => t.IsReadOnly).Select(t => analyst.PermissionOf(Actor.System.Value, t.Name))
            .Where(p => held.Contains(p.Tool) || p.Verdicts.Any(v => v != Effect.Deny));
    }

    private sealed record Made(
        string Known, DateTimeOffset At, DateTimeOffset? Until, Dictionary<(string Agent, string Tool), ToolPermission> Permissions, ImmutableArray<LintFinding> Findings);
}
