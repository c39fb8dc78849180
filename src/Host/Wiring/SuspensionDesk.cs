using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Stops a tool, an agent, a workflow or everything, and lets it go on again. It lives in the company's stream, so it holds for every host.</summary>
internal sealed class SuspensionDesk(CompanyStream company, IDirectory directory, Catalog catalog, IWorkflowOutside workflows, HeldWork held, INodes nodes, LoadedCompany loaded, TimeProvider time)
{
    /// <summary>The first program that heeds every suspension, at every start.</summary>
    private static readonly Version FirstThatHeeds = new(0, 3);

    /// <summary>Characters that a reason may have.</summary>
    public const int LongestReason = 2000;

    /// <summary>Who may: those who run the service, and those who answer for it.</summary>
    public static ImmutableArray<string> Roles { get; } = ["operator", "platform-operator", "admin", "compliance", "risk"];

    /// <summary>What is stopped now, by kind and name.</summary>
    public ImmutableArray<Suspension> All => [.. company.State.Suspensions.Values];

    /// <summary>
    /// Stops it. When this answers, nothing starts any more on any host whose program heeds it. It is not held back by one that does not: those that do stop at once, and
    /// the answer names the others, so that somebody ends them.
    /// </summary>
    public async Task<SuspensionResult> SuspendAsync(string kind, string name, string reason, Caller caller, CancellationToken cancellationToken)
    {
        if (Fault(reason) is { } fault)
        {
            return new SuspensionResult.Invalid(fault);
        }

        if (MayNot(caller.Person) is { } mayNot)
        {
            return new SuspensionResult.Forbidden(mayNot);
        }

        if (await UnknownAsync(kind, name, cancellationToken) is { } unknown)
        {
            return new SuspensionResult.Unknown(unknown);
        }

        var key = Suspension.KeyOf(kind, name);
        return await company.AppendIfAsync(
            state => !state.Suspensions.ContainsKey(key), [new Suspended(kind, name, new PrivateText(caller.Person, reason.Trim())) { Via = caller.Via }], Actor.Person(caller.Person), cancellationToken)
            ? new SuspensionResult.Done(await UnheedingAsync(cancellationToken))
            : new SuspensionResult.Conflict("It is suspended already.");
    }

    /// <summary>Lets it go on: what it held goes on where it stood. Anybody at a terminal may stop something; to let it go on widens what may happen, and whoever says so must be known.</summary>
    public async Task<SuspensionResult> LiftAsync(string kind, string name, Caller caller, CancellationToken cancellationToken)
    {
        if ((caller.IsUnprovenTerminal(loaded.Settings) ? ChangeBody.NoTerminal : MayNot(caller.Person)) is { } mayNot)
        {
            return new SuspensionResult.Forbidden(mayNot);
        }

        var key = Suspension.KeyOf(kind, name);
        if (!await company.AppendIfAsync(state => state.Suspensions.ContainsKey(key), [new SuspensionLifted(kind, name) { Via = caller.Via }], Actor.Person(caller.Person), cancellationToken))
        {
            return new SuspensionResult.Unknown("It is not suspended.");
        }

        await held.ReleaseAsync(workflows, cancellationToken);
        return new SuspensionResult.Done([]);
    }

    /// <summary>Hosts that may still be there and whose program is older, or says no version that anybody knows.</summary>
    private async Task<ImmutableArray<UnheedingHost>> UnheedingAsync(CancellationToken cancellationToken) =>
        [.. NodeVersions.Before(FirstThatHeeds, await nodes.ListAsync(cancellationToken), time.GetUtcNow()).Select(n => new UnheedingHost(n.Beat.Node, n.Beat.Version))];

    private string? MayNot(string person) => directory.Person(person)?.Roles.Any(Roles.Contains) == true
        ? null
        : $"Only somebody with one of the roles {string.Join(", ", Roles)} may suspend something or lift a suspension.";

    private static string? Fault(string reason) =>
        string.IsNullOrWhiteSpace(reason) ? "Say why."
        : reason.Length > LongestReason ? $"A reason has at most {LongestReason} characters."
        : Readable.Is(reason) ? null : "The reason " + Readable.Fault;

    /// <summary>A name that is mistyped would stop nothing, and whoever typed it would believe that it did.</summary>
    private async Task<string?> UnknownAsync(string kind, string name, CancellationToken cancellationToken) => kind switch
    {
        Suspension.Tool => !catalog.CouldBe(name) ? $"There is no tool '{name}'." : null,
        Suspension.Agent => directory.Agent(name) is null ? $"There is no agent '{name}'." : null,
        Suspension.Workflow => PrefixedId.TryRead<WorkflowId>(name, out var id) && await workflows.ReadAsync(id, cancellationToken) is not null ? null : "There is no such workflow.",
        Suspension.All => name == Suspension.AllName ? null : $"The name of everything is '{Suspension.AllName}'.",
        _ => $"What can be suspended: {string.Join(", ", Suspension.Kinds)}.",
    };
}

/// <summary>What came of it.</summary>
internal abstract record SuspensionResult
{
    private SuspensionResult()
    {
    }

    /// <summary>It is so, but for hosts of <paramref name="Unheeding"/>.</summary>
    public sealed record Done(ImmutableArray<UnheedingHost> Unheeding) : SuspensionResult;

    /// <summary>The request is wrong.</summary>
    public sealed record Invalid(string Reason) : SuspensionResult;

    /// <summary>This person may not.</summary>
    public sealed record Forbidden(string Reason) : SuspensionResult;

    /// <summary>There is no such thing.</summary>
    public sealed record Unknown(string Reason) : SuspensionResult;

    /// <summary>It is so already.</summary>
    public sealed record Conflict(string Reason) : SuspensionResult;
}

/// <summary>A host that goes on all the same, because its program is older than what was asked of it.</summary>
/// <param name="Node">Its name in leases.</param>
/// <param name="Version">The program's.</param>
internal sealed record UnheedingHost(string Node, string Version);
