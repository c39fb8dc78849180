using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// What one task of a plan may do: the meet of what its playbook lets all tasks do, of what it lets this one do, and of what the plan asks for. Computed when the
/// plan is written, before outside data is read. What the plan asks for is data: it narrows and never widens.
/// </summary>
public static class TaskGrant
{
    /// <summary>Computes it.</summary>
    /// <param name="contract">What was agreed: the envelope, and what single tasks have of it.</param>
    /// <param name="key">The task's key.</param>
    /// <param name="asked">What the plan asks for.</param>
    /// <param name="find">What is known of a tool; null when nothing is.</param>
    public static GrantMeet Of(Contract contract, string key, Grant asked, Func<string, ToolDescription?> find)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(find);
        var refused = ImmutableArray.CreateBuilder<string>();
        var named = contract.TaskGrants is { IsEmpty: false } parts ? parts : [];
        var part = named.FirstOrDefault(p => p.Task == key);
        var granted = asked;
        if (part is null && !named.IsEmpty)
        {
            granted = asked with { Tools = [.. asked.Tools.Where(tool => find(tool) is { IsReadOnly: true })] };
            refused.AddRange(asked.Tools.Except(granted.Tools).Select(tool => $"{tool} changes something, and the playbook lets only {Names(named)} do that; '{key}' may only read."));
        }

        foreach (var giver in new[] { contract.Grant, part?.Grant }.OfType<Grant>())
        {
            var met = GrantMeet.Of(giver, granted);
            refused.AddRange(met.Refused);
            granted = met.Granted;
        }

        return new GrantMeet(granted with { Budget = Slice(granted, find) }, refused.DrainToImmutable());
    }

    /// <summary>
    /// What nobody said anything of: a task none of whose tools spends money spends none, and one none of whose tools addresses people reaches nobody, also when a
    /// tool turns out to be another later. What the others may spend of the goal's budget is the goal's to say: nobody knows beforehand which of them needs how much.
    /// </summary>
    private static Amounts? Slice(Grant granted, Func<string, ToolDescription?> find)
    {
        var tools = granted.Tools.Select(find).ToList();
        var none = new Amounts(
            Money: tools.TrueForAll(t => t is { MaySpend: false }) ? 0 : null,
            Recipients: tools.TrueForAll(t => t is { MayAddress: false }) ? 0 : null);
        return none == Amounts.None ? granted.Budget : Amounts.Least(granted.Budget, none);
    }

    private static string Names(ImmutableArray<NamedGrant> named) => (named.Length == 1 ? "the task " : "the tasks ") + string.Join(", ", named.Select(n => $"'{n.Task}'"));
}
