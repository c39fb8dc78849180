using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What a caller may do, by their roles (<see cref="RolePermissions"/>); also the scopes of a key.</summary>
internal static class Permission
{
    /// <summary>See workflows, inboxes and tools, and ask what authority would say.</summary>
    public const string Read = "read";

    /// <summary>Submit goals, steer and stop them; with it goes <see cref="Answer"/>.</summary>
    public const string Submit = "submit";

    /// <summary>Answer escalations and hand in deliverables, as far as they are one's own: whoever is in <c>people.yaml</c> may, because tasks go by skill and questions by role to any of them.</summary>
    public const string Answer = "answer";

    /// <summary>Decide approvals, as far as the person's roles go.</summary>
    public const string Approve = "approve";

    /// <summary>Verify and export the journal.</summary>
    public const string Audit = "audit";

    /// <summary>Stop a tool, an agent, a workflow or everything and lift that, as far as the person's roles go.</summary>
    public const string Suspend = "suspend";

    /// <summary>Say what tools of outside sources do, as far as the person's roles go.</summary>
    public const string Classify = "classify";

    /// <summary>See everybody's keys and sessions and end them; one's own take no permission.</summary>
    public const string Keys = "keys";

    /// <summary>Read the service's own figures (<c>/metrics</c>): for whatever collects them, which need see nothing else.</summary>
    public const string Metrics = "metrics";

    /// <summary>Speak for the terminal of the user who owns the data folder. Never in a key.</summary>
    public const string Terminal = "terminal";

    /// <summary>What a key can be limited to; a key without scopes may whatever its person may.</summary>
    public static ImmutableArray<string> Scopes { get; } = [Read, Submit, Answer, Approve, Audit, Suspend, Classify, Keys, Metrics];
}
