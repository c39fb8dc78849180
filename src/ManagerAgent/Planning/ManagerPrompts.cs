using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>The manager's own instructions, one file a step, from <c>prompts/</c>.</summary>
/// <param name="Steps">Step to prompt.</param>
public sealed record ManagerPrompts(ImmutableSortedDictionary<string, ManagerPrompt> Steps)
{
    /// <summary>The steps that must be there.</summary>
    public static ImmutableArray<string> Needed { get; } = ["understand", "outline", "detail", "review", "hear"];

    /// <summary>Binds the pages of <c>prompts/</c>; mistakes go to <paramref name="reader"/>.</summary>
    public static ManagerPrompts Bind(IReadOnlyDictionary<string, ConfigPage> pages, ConfigReader reader)
    {
        ArgumentNullException.ThrowIfNull(pages);
        ArgumentNullException.ThrowIfNull(reader);
        var steps = ImmutableSortedDictionary.CreateBuilder<string, ManagerPrompt>(StringComparer.Ordinal);
        foreach (var (path, page) in pages)
        {
            reader.Keys(page.FrontMatter, ["step", "version"]);
            var step = reader.Text(page.FrontMatter, "step");
            if (!Needed.Contains(step))
            {
                reader.Fault(page.FrontMatter.Place, $"The manager has no step '{step}'. Steps: {string.Join(", ", Needed)}.");
            }

            steps[step] = new ManagerPrompt(step, (int)(reader.OptionalWhole(page.FrontMatter, "version", 1) ?? 1), page.Body.Trim(), path);
        }

        foreach (var missing in Needed.Where(n => !steps.ContainsKey(n)))
        {
            reader.Fault(new ConfigPlace("prompts", 1, 1), $"There is no prompt for the step '{missing}'.");
        }

        return new ManagerPrompts(steps.ToImmutable());
    }
}

/// <summary>One prompt.</summary>
/// <param name="Step">What it asks for.</param>
/// <param name="Version">Raised when its meaning changes.</param>
/// <param name="Text">Markdown.</param>
/// <param name="Path">Where it came from.</param>
public sealed record ManagerPrompt(string Step, int Version, string Text, string Path);
