using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// What one configuration lets through that another does not, over all its files, and what its own tests say of it. Where reasoning ends (a tool that is defined
/// otherwise, a key that nobody has thought of) the answer is "perhaps", and that counts. Pure.
/// </summary>
/// <param name="Widenings">Empty when nothing more gets through.</param>
/// <param name="Failures">Tests that fail, and rules without an example or a counter-example, each with its place.</param>
internal sealed record BundleReview(ImmutableArray<ProposedWidening> Widenings, ImmutableArray<string> Failures)
{
    private const int MostWidenings = 100;

    /// <summary>Keys of <c>company.yaml</c> that let nothing through, whatever they say. Every other one might.</summary>
    private static readonly ImmutableArray<string> HarmlessKeys = ["name", "savings"];

    /// <summary>Keys of <c>api</c> that let nothing through: how much a caller may ask. The others say under which names, and behind whom, callers are believed.</summary>
    private static readonly ImmutableArray<string> HarmlessApiKeys = ["writesPerMinute", "streamsPerPerson"];

    /// <summary>Compares.</summary>
    /// <param name="before">What is in force; null where this program cannot bind it.</param>
    /// <param name="after">What is to come into force.</param>
    /// <param name="time">For tests and examples.</param>
    public static BundleReview Of(LoadedCompany? before, LoadedCompany after, TimeProvider time)
    {
        ImmutableArray<ProposedWidening> widenings = before is null
            ? [new ProposedWidening("everything", "What is in force cannot be read by this program, so that nothing can be compared.", false)]
            : [.. OfPolicy(before, after, time), .. OfTools(before, after), .. OfSources(before, after), .. OfKnowledge(before, after), .. OfPeople(before, after), .. AgentChanges.Of(before, after), .. PlaybookChanges.Of(before, after), .. OfSettings(before, after), .. OfMonitors(before, after)];
        var desk = after.Tools.Rehearsal(time);
        return new BundleReview(
            widenings.Length <= MostWidenings
                ? widenings
                : [.. widenings.Take(MostWidenings), new ProposedWidening("and more", $"{widenings.Length - MostWidenings} more: see 'authority diff'.", false)],
            [
                .. desk.RunTests().Where(t => !t.HasPassed).Select(t => $"{t.Place}: the test '{t.Name}' expects {EffectNames.Write(t.Expected)} and gets {EffectNames.Write(t.Actual)}"),
                .. desk.Coverage().Missing.Select(m => $"{m.Place}: {m.Message}"),
            ]);
    }

    private static IEnumerable<ProposedWidening> OfPolicy(LoadedCompany before, LoadedCompany after, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var changes = PolicyAnalyst.Of(before.Tools, before.Directory, now).WideningTo(PolicyAnalyst.Of(after.Tools, after.Directory, now)) switch
        {
            WideningAnswer.Widens widens => widens.Changes,
            WideningAnswer.Unknown unknown => unknown.Changes,
            _ => [],
        };
        return changes.Select(Told);
    }

    /// <summary>A widening of rules as it is written down.</summary>
    public static ProposedWidening Told(PolicyChange change) => new(change.Tool, Words(change), change.IsCertain, change.Example?.ToString());

    private static string Words(PolicyChange change)
    {
        var verdicts = change is { Before: { } was, After: { } becomes } ? $"{EffectNames.Write(was)} → {EffectNames.Write(becomes)} " : string.Empty;
        return $"{verdicts}{change.Message}{(change.Agents.IsEmpty ? string.Empty : " for " + string.Join(", ", change.Agents))}";
    }

    /// <summary>A tool of the same name that does something else; a new one is a matter of the rules.</summary>
    private static IEnumerable<ProposedWidening> OfTools(LoadedCompany before, LoadedCompany after)
    {
        var known = before.Tools.Catalog.Infos.ToDictionary(t => t.Name, StringComparer.Ordinal);
        return after.Tools.Catalog.Infos.Where(t => known.TryGetValue(t.Name, out var was) && was.Version != t.Version)
            .Select(t => new ProposedWidening(t.Name, "The tool is defined otherwise (tools.yaml).", false));
    }

    /// <summary>
    /// A source that there was not: the host starts its command, loads its library or reaches its address, with whatever of its own environment the files hand on, before any rule is
    /// asked. And one of the same name that leads elsewhere, or of whose tools something else is said. Tools of sql sources are compared one by one.
    /// </summary>
    private static IEnumerable<ProposedWidening> OfSources(LoadedCompany before, LoadedCompany after)
    {
        var known = Sources(before).GroupBy(s => s.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Says, StringComparer.Ordinal);
        foreach (var (name, says) in Sources(after))
        {
            if (!known.TryGetValue(name, out var was))
            {
                yield return new ProposedWidening(name, "A source of this name is new: the host starts, loads or reaches what it names (tools.yaml).", true);
            }
            else if (was != says)
            {
                yield return new ProposedWidening(name, "The source, or a document that it names, is not the same (tools.yaml).", false);
            }
        }
    }

    private static IEnumerable<(string Name, string Says)> Sources(LoadedCompany company)
    {
        foreach (var source in company.Bundle.Documents.GetValueOrDefault("tools.yaml")?["sources"] is ConfigNode.List list ? list.Items.OfType<ConfigNode.Map>() : [])
        {
            var isSql = source["kind"] is ConfigNode.Scalar { Text: "sql" };
            var document = source["document"] is ConfigNode.Scalar named ? company.Bundle.Texts.GetValueOrDefault(named.Text) : null;
            var says = source.Entries.Where(e => !isSql || e.Key != "tools").OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}={Text(e.Value)}").Append(document);
            yield return (source["name"] is ConfigNode.Scalar name ? name.Text : string.Empty, string.Join('\n', says));
        }
    }

    /// <summary>What agents are told as true, to whom, and how confidential it is. What nobody has approved is told to nobody.</summary>
    private static IEnumerable<ProposedWidening> OfKnowledge(LoadedCompany before, LoadedCompany after) =>
        after.Knowledge.Sources.Where(k => k.ApprovedBy is not null && before.Bundle.Texts.GetValueOrDefault(k.Path) != after.Bundle.Texts.GetValueOrDefault(k.Path))
            .Select(k => new ProposedWidening(k.Path, "What agents may look up is not the same: its text, its labels or whom it is for.", false));

    private static IEnumerable<ProposedWidening> OfPeople(LoadedCompany before, LoadedCompany after)
    {
        foreach (var person in after.Directory.People)
        {
            var was = before.Directory.People.FirstOrDefault(p => p.Id == person.Id);
            if (person.Roles.Except(was?.Roles ?? []).ToList() is { Count: > 0 } roles)
            {
                yield return new ProposedWidening(person.Id, $"{person.Name} holds {string.Join(", ", roles)} from then on (people.yaml).", true);
            }

            if (was is null && person.Roles.IsEmpty)
            {
                yield return new ProposedWidening(person.Id, $"{person.Name} may read and answer from then on, as everybody in people.yaml.", true);
            }

            if (was is not null && (Text(person.Hours) != Text(was.Hours) || person.Email != was.Email))
            {
                yield return new ProposedWidening(person.Id, $"The hours or the address of {person.Name} are not the same (people.yaml).", false);
            }

            if (person.StandIn is { } standIn && standIn != was?.StandIn)
            {
                yield return new ProposedWidening(person.Id, $"{standIn} may stand in for {person.Name} (people.yaml).", true);
            }
        }
    }

    private static IEnumerable<ProposedWidening> OfSettings(LoadedCompany before, LoadedCompany after)
    {
        var (was, now) = (before.Bundle.Documents[CompanySettings.File], after.Bundle.Documents[CompanySettings.File]);
        var settings = Different(was, now, HarmlessKeys).Where(key => key != "api" && (key != "allowLocalStandIn" || after.Settings.AllowLocalStandIn));
        var service = Different(was["api"] as ConfigNode.Map, now["api"] as ConfigNode.Map, HarmlessApiKeys).Select(key => "api." + key);
        return settings.Concat(service).Select(key => new ProposedWidening(CompanySettings.File, $"'{key}' is not the same.", false));
    }

    /// <summary>
    /// Monitors that do something else, at other times or for somebody else than before; and those that there were not, by their name: what one of another name has
    /// spent counts for nothing in its own. A sum that runs were not held to before holds them.
    /// </summary>
    private static IEnumerable<ProposedWidening> OfMonitors(LoadedCompany before, LoadedCompany after)
    {
        var was = Monitors(before);
        foreach (var (name, now) in Monitors(after))
        {
            if (!was.TryGetValue(name, out var earlier))
            {
                yield return new ProposedWidening(name, "A monitor of this name submits goals by itself from then on (monitors.yaml).", false);
            }
            else if (Different(earlier, now, earlier["spend"] is null ? ["spend"] : []).ToList() is { Count: > 0 } keys)
            {
                yield return new ProposedWidening(name, $"What monitors.yaml says of it under {Quoted(keys)} is not the same.", false);
            }
        }

        static Dictionary<string, ConfigNode.Map> Monitors(LoadedCompany company) => company.Bundle.Documents.GetValueOrDefault(MonitorsFile.File)?["monitors"] is ConfigNode.List list
            ? list.Items.OfType<ConfigNode.Map>().GroupBy(m => m["name"] is ConfigNode.Scalar name ? name.Text : string.Empty).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal)
            : [];
    }

    /// <summary>The front matter of the page in a folder that has a name; null where none has.</summary>
    public static ConfigNode.Map? FrontOf(LoadedCompany company, string folder, string name) => company.Bundle.Pages
        .Where(p => p.Key.StartsWith(folder, StringComparison.Ordinal) && p.Value.FrontMatter["name"] is ConfigNode.Scalar { Text: var own } && own == name)
        .Select(p => p.Value.FrontMatter).FirstOrDefault();

    /// <summary>Keys in a sentence.</summary>
    public static string Quoted(IEnumerable<string> keys) => string.Join(", ", keys.Select(k => $"'{k}'"));

    /// <summary>Keys under which two parts of a file do not say the same.</summary>
    public static IEnumerable<string> Different(ConfigNode.Map? was, ConfigNode.Map? now, ImmutableArray<string> harmless) =>
        Keys(was).Concat(Keys(now)).Distinct(StringComparer.Ordinal).Except(harmless).Where(key => Text(was?[key]) != Text(now?[key]));

    private static IEnumerable<string> Keys(ConfigNode.Map? map) => map is null ? [] : map.Entries.Select(e => e.Key);

    private static string? Text(WorkHours? hours) => hours is null ? null : $"{string.Join(',', hours.Days)} {hours.From}-{hours.To} {hours.Zone.Id}";

    private static string? Text(ConfigNode? node) => node is null ? null : CanonicalJson.Of(ConfigReader.Json(node)).Text;
}
