using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>How a company wants a kind of goal pursued.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Outcome">The contract's outcome.</param>
/// <param name="Acceptance">The contract's checks.</param>
/// <param name="Singleton">Key that joins equal goals; null when they may run side by side.</param>
/// <param name="Deadline">From submission; null for none.</param>
/// <param name="Budget">A cap; null for none of its own.</param>
/// <param name="Grant">What all its tasks together may do; null leaves that to authority and to what its agents have.</param>
/// <param name="Agents">The only agents that may work on it; empty for all.</param>
/// <param name="Goals">Wordings that mean this playbook.</param>
/// <param name="Text">What the planner is told.</param>
public sealed record Playbook(
    string Name,
    string Outcome,
    ImmutableArray<AcceptanceCheck> Acceptance,
    string? Singleton,
    TimeSpan? Deadline,
    Amounts? Budget,
    PlaybookGrant? Grant,
    ImmutableArray<string> Agents,
    ImmutableArray<string> Goals,
    string Text)
{
    /// <summary>True when its runs read and decide, and make no effect: <c>mode: shadow</c>.</summary>
    public bool IsShadow { get; init; }
}

/// <summary>The company's playbooks.</summary>
public sealed class Playbooks(ImmutableArray<Playbook> all)
{
    /// <summary>Every playbook, by name.</summary>
    public ImmutableArray<Playbook> All { get; } = all;

    /// <summary>A playbook by name; null when there is none.</summary>
    public Playbook? Find(string? name) => All.FirstOrDefault(p => p.Name == name);

    /// <summary>The playbook that lists this very wording, letter case, spaces and closing punctuation aside; null when none does.</summary>
    public Playbook? ByWording(string goal)
    {
        var wanted = Normal(goal);
        return All.FirstOrDefault(p => p.Goals.Any(g => Normal(g) == wanted));
    }

    /// <summary>Binds <c>playbooks/*.md</c>; mistakes go to <paramref name="reader"/>.</summary>
    public static Playbooks Bind(CompanyBundle bundle, ConfigReader reader)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(reader);
        var playbooks = ImmutableArray.CreateBuilder<Playbook>();
        foreach (var (_, page) in bundle.Pages.Where(p => p.Key.StartsWith("playbooks/", StringComparison.Ordinal)))
        {
            var playbook = Bind(page, reader);
            if (playbooks.Any(p => p.Name == playbook.Name))
            {
                reader.Fault(page.FrontMatter.Place, $"There is a playbook '{playbook.Name}' already.");
            }

            playbooks.Add(playbook);
        }

        return new Playbooks([.. playbooks.OrderBy(p => p.Name, StringComparer.Ordinal)]);
    }

    private static Playbook Bind(ConfigPage page, ConfigReader reader)
    {
        var front = page.FrontMatter;
        reader.Keys(front, ["name", "outcome", "acceptance", "singleton", "deadline", "budget", "grant", "agents", "goals", "mode"]);
        var mode = reader.OptionalText(front, "mode");
        if (mode is not (null or "enforce" or "shadow"))
        {
            reader.Fault(front["mode"]!.Place, $"'mode' must be enforce or shadow, not '{mode}'.");
        }

        return new Playbook(
            reader.Text(front, "name"),
            reader.Text(front, "outcome"),
            [.. reader.Maps(front, "acceptance").Select(m => BindCheck(m, reader))],
            reader.OptionalText(front, "singleton"),
            reader.OptionalDuration(front, "deadline"),
            reader.OptionalMap(front, "budget") is { } budget ? BindBudget(budget, reader) : null,
            PlaybookGrant.Optional(front, reader),
            reader.Texts(front, "agents"),
            reader.Texts(front, "goals"),
            page.Body.Trim())
        {
            IsShadow = mode == "shadow",
        };
    }

    private static AcceptanceCheck BindCheck(ConfigNode.Map map, ConfigReader reader)
    {
        reader.Keys(map, ["tool", "args", "is", "review"]);
        if (reader.OptionalText(map, "review") is { } review)
        {
            if (map["tool"] is not null || map["is"] is not null)
            {
                reader.Fault(map.Place, "A check is either a tool with a condition or a review, not both.");
            }

            return new AcceptanceCheck(null, JsonText.EmptyObject, null, review);
        }

        var args = reader.OptionalMap(map, "args") is { } node ? ConfigReader.Json(node) : JsonText.EmptyObject;
        return new AcceptanceCheck(reader.Text(map, "tool"), args, reader.Text(map, "is"), null);
    }

    private static Amounts BindBudget(ConfigNode.Map map, ConfigReader reader)
    {
        reader.Keys(map, AmountsReader.Keys);
        return AmountsReader.Read(map, reader);
    }

    private static string Normal(string goal) =>
        string.Join(' ', goal.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', '!', '?', ' ').ToUpperInvariant();
}
