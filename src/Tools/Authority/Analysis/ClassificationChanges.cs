using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What another classification of an outside tool lets through: by the rules, which is computed, and by everything else that goes by what a tool is said to do.</summary>
internal static class ClassificationChanges
{
    /// <summary>Compares.</summary>
    /// <param name="tools">The company's.</param>
    /// <param name="before">The tool as it stands; null where it may not run.</param>
    /// <param name="after">As it would stand; null where it could not run then either.</param>
    /// <param name="directory">Who calls tools.</param>
    /// <param name="now">Rules that have ended by then are left out.</param>
    public static ImmutableArray<PolicyChange> Of(CompanyTools tools, Tool? before, Tool? after, IDirectory directory, DateTimeOffset now) =>
        after is null || before?.Info.Version == after.Info.Version ? []
        :
        [
            .. Widening.OfTool(tools.Policy, before?.Governed, after.Governed, directory.Agents.Select(a => a.Name), now),
            .. before is null ? [] : Beside(tools, before.Info, after.Info),
        ];

    private static IEnumerable<PolicyChange> Beside(CompanyTools tools, ToolInfo before, ToolInfo after)
    {
        if (after.IsReadOnly && !before.IsReadOnly)
        {
            yield return Change(after, "it counts as a read: it is made in shadow and by monitors and checks too, and tried again");
        }

        if (after.IsIdempotent && !before.IsIdempotent)
        {
            yield return Change(after, "it is sent again where nobody knows what became of it");
        }

        var (was, becomes) = (FlowSink.Of(before), FlowSink.Of(after));
        if (was.IsOutward && !becomes.IsOutward)
        {
            yield return Change(after, "it does not count as outside any more: what is kept inside may go there");
        }

        foreach (var flow in tools.Flows.Rules.Where(f => f.IsAbout(was) && !f.IsAbout(becomes)))
        {
            yield return Change(after, $"the flow '{flow.Id}' is not about it any more");
        }
    }

    private static PolicyChange Change(ToolInfo tool, string message) => new(tool.Name, [], null, null, IsWider: true, IsCertain: true, message, null);
}
