using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using AiManager.ExecutionAgents;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What <c>monitors.yaml</c> says. A company need not have one.</summary>
internal static partial class MonitorsFile
{
    /// <summary>The file's name.</summary>
    public const string File = "monitors.yaml";

    /// <summary>Keys of a monitor.</summary>
    public static readonly ImmutableArray<string> Keys = ["name", "schedule", "when", "submit", "owner", "overlap", "catchUp", "quiet", "spend", "coolDown"];

    private static readonly ImmutableArray<string> Later = ["model"];
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(10);
    private static readonly ImmutableArray<string> DayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private static readonly WhenType Rows = new WhenType.Record(
        new Dictionary<string, WhenType>(StringComparer.Ordinal) { ["rows"] = new WhenType.List(new WhenType.Dynamic()) }, IsOpen: true);

    /// <summary>What monitors refer to.</summary>
    /// <param name="Catalog">The tools.</param>
    /// <param name="Playbooks">The playbooks.</param>
    /// <param name="Directory">The people.</param>
    /// <param name="Zone">The company's.</param>
    public sealed record Known(Catalog Catalog, Playbooks Playbooks, CompanyDirectory Directory, TimeZoneInfo Zone);

    /// <summary>Binds the file; mistakes go to <paramref name="reader"/>.</summary>
    /// <param name="bundle">The company.</param>
    /// <param name="known">What it may refer to.</param>
    /// <param name="reader">Collects what is wrong.</param>
    /// <param name="environment">Looks up an environment variable; null when it is not set.</param>
    public static ImmutableArray<MonitorDefinition> Bind(CompanyBundle bundle, Known known, ConfigReader reader, Func<string, string?> environment)
    {
        if (!bundle.Documents.TryGetValue(File, out var file))
        {
            return [];
        }

        reader.Keys(file, ["monitors"]);
        var monitors = ImmutableArray.CreateBuilder<MonitorDefinition>();
        foreach (var map in reader.Maps(file, "monitors"))
        {
            var monitor = BindOne(map, known, reader, new Placeholders(environment));
            if (monitors.Any(m => m.Name == monitor.Name))
            {
                reader.Fault(map.Place, $"There is a monitor '{monitor.Name}' already.");
            }

            monitors.Add(monitor);
        }

        return monitors.ToImmutable();
    }

    private static MonitorDefinition BindOne(ConfigNode.Map map, Known known, ConfigReader reader, Placeholders placeholders)
    {
        reader.Keys(map, Keys, Later);
        var name = reader.Text(map, "name");
        if (name.Length > 0 && !Name().IsMatch(name))
        {
            reader.Fault(map["name"]!.Place, "A monitor's name has small letters, digits and dashes.");
        }

        var schedule = Required(map, "schedule", reader) is { } when ? BindSchedule(when, known, reader, placeholders) : new MonitorSchedule.Every(TimeSpan.FromDays(1));
        var spend = reader.OptionalMap(map, "spend");
        if (spend is not null)
        {
            reader.Keys(spend, ["perRun", "perDay"]);
        }

        return new MonitorDefinition(
            name,
            schedule,
            reader.OptionalMap(map, "when") is { } condition ? BindCondition(condition, schedule, known, reader) : null,
            BindSubmission(map, schedule, known, reader))
        {
            Overlap = Word(map, "overlap", reader, ("skip", MonitorOverlap.Skip), ("queue", MonitorOverlap.Queue), ("replace", MonitorOverlap.Replace)),
            CatchUp = Word(map, "catchUp", reader, ("one", MonitorCatchUp.One), ("all", MonitorCatchUp.All), ("none", MonitorCatchUp.None)),
            Quiet = reader.OptionalMap(map, "quiet") is { } quiet ? BindQuiet(quiet, known, reader) : null,
            CoolDown = reader.OptionalDuration(map, "coolDown"),
            MoneyPerRun = spend is null ? null : Amount(spend, "perRun", reader),
            MoneyPerDay = spend is null ? null : Amount(spend, "perDay", reader),
        };
    }

    private static MonitorSchedule BindSchedule(ConfigNode.Map map, Known known, ConfigReader reader, Placeholders placeholders)
    {
        reader.Keys(map, ["cron", "timeZone", "every", "webhook"]);
        var kinds = ((string[])["cron", "every", "webhook"]).Where(k => map[k] is not null).ToList();
        if (kinds.Count != 1)
        {
            reader.Fault(map.Place, "A schedule is one of cron, every and webhook.");
        }

        if (map["timeZone"] is { } misplaced && map["cron"] is null)
        {
            reader.Fault(misplaced.Place, "'timeZone' belongs to 'cron'.");
        }

        switch (kinds.FirstOrDefault())
        {
            case "cron":
                var text = reader.Text(map, "cron");
                if (CronText.Fault(text) is { } fault)
                {
                    reader.Fault(map["cron"]!.Place, fault);
                }

                return new MonitorSchedule.Cron(string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries)), Zone(map, known, reader));
            case "webhook":
                return new MonitorSchedule.Webhook(Secret(map, reader, placeholders));
            default:
                var every = reader.OptionalDuration(map, "every") ?? TimeSpan.FromDays(1);
                if (every < ShortestInterval)
                {
                    reader.Fault(map["every"]!.Place, $"'every' is at least {ShortestInterval.TotalSeconds}s.");
                }

                return new MonitorSchedule.Every(every);
        }
    }

    private static string Secret(ConfigNode.Map map, ConfigReader reader, Placeholders placeholders)
    {
        if (reader.OptionalMap(map, "webhook") is not { } webhook)
        {
            return string.Empty;
        }

        reader.Keys(webhook, ["secret"]);
        if (reader.Text(webhook, "secret").Length > 0)
        {
            EndpointSettings.IsFromEnvironment(reader, webhook, "secret", "secret");
        }

        return placeholders.Fill(reader, webhook, "secret") ?? string.Empty;
    }

    private static MonitorCondition BindCondition(ConfigNode.Map map, MonitorSchedule schedule, Known known, ConfigReader reader)
    {
        reader.Keys(map, ["tool", "args", "is"]);
        var args = reader.OptionalMap(map, "args") is { } node ? ConfigReader.Json(node) : JsonText.EmptyObject;
        var name = reader.OptionalText(map, "tool");
        if (name is not null)
        {
            CheckTool(map, name, args, known, reader);
        }
        else if (schedule is not MonitorSchedule.Webhook)
        {
            reader.Fault(map.Place, "'tool' is missing: only a webhook brings something of its own to look at.");
        }

        var text = reader.Text(map, "is");
        ResultConditions.Check(map, name is null ? new WhenType.Dynamic() : Rows, reader);
        return new MonitorCondition(name, args, text);
    }

    private static void CheckTool(ConfigNode.Map map, string name, JsonText args, Known known, ConfigReader reader)
    {
        var place = map["tool"]!.Place;
        if (!known.Catalog.MayHave(name))
        {
            reader.Fault(place, $"There is no tool '{name}'.");
        }
        else if (!known.Catalog.OnlyReads(name))
        {
            reader.Fault(place, $"'{name}' does more than read, or tools.yaml does not say that it reads; a condition only reads.");
        }
        else if (known.Catalog.Infos.FirstOrDefault(t => t.Name == name) is { } tool && JsonSchema.TryLoad(tool.Parameters, out var schema, out _) && schema.Validate(args) is { IsEmpty: false } errors)
        {
            reader.Fault(map["args"]?.Place ?? place, $"The arguments do not fit {name}: {string.Join("; ", errors)}");
        }
    }

    private static MonitorSubmission BindSubmission(ConfigNode.Map map, MonitorSchedule schedule, Known known, ConfigReader reader)
    {
        var owner = Owner(map, known, reader);
        if (Required(map, "submit", reader) is not { } submit)
        {
            return new MonitorSubmission(string.Empty, owner, null, InputTemplate.Empty);
        }

        reader.Keys(submit, ["goal", "playbook", "inputs"]);
        var goal = reader.Text(submit, "goal");
        if (submit["goal"] is { } written && (string.IsNullOrWhiteSpace(goal) || goal.Length > WorkflowDesk.LongestGoal))
        {
            reader.Fault(written.Place, $"A goal has 1 to {WorkflowDesk.LongestGoal} characters.");
        }

        var playbook = reader.OptionalText(submit, "playbook");
        if (playbook is not null && known.Playbooks.Find(playbook) is null)
        {
            reader.Fault(submit["playbook"]!.Place, $"There is no playbook '{playbook}'. There are: {string.Join(", ", known.Playbooks.All.Select(p => p.Name))}.");
        }

        var inputs = InputTemplate.Empty;
        if (reader.OptionalMap(submit, "inputs") is { } template)
        {
            inputs = InputTemplate.Read(ConfigReader.Json(template), out var faults);
            foreach (var fault in faults)
            {
                reader.Fault(template.Place, fault);
            }
        }

        return new MonitorSubmission(goal, owner, playbook, inputs);
    }

    /// <summary>Whose goals they are: the person named, or the first operator, as at the terminal.</summary>
    private static string Owner(ConfigNode.Map map, Known known, ConfigReader reader)
    {
        if (reader.OptionalText(map, "owner") is { } named)
        {
            if (known.Directory.People.All(p => p.Id != named))
            {
                reader.Fault(map["owner"]!.Place, $"There is no person '{named}' in people.yaml.");
            }

            return named;
        }

        if (known.Directory.People.FirstOrDefault(p => p.Roles.Contains("operator")) is { } first)
        {
            return first.Id;
        }

        reader.Fault(map.Place, "Nobody in people.yaml has the role 'operator', so say whose goals these are: 'owner'.");
        return string.Empty;
    }

    private static QuietHours BindQuiet(ConfigNode.Map map, Known known, ConfigReader reader)
    {
        reader.Keys(map, ["from", "to", "timeZone", "days"]);
        var days = ImmutableArray.CreateBuilder<DayOfWeek>();
        foreach (var day in reader.Texts(map, "days"))
        {
            var place = DayNames.IndexOf(day);
            if (place < 0)
            {
                reader.Fault(map["days"]!.Place, $"'{day}' is no day: {string.Join(", ", DayNames)}.");
                continue;
            }

            days.Add((DayOfWeek)place);
        }

        return new QuietHours(Clock(map, "from", reader), Clock(map, "to", reader), Zone(map, known, reader), days.ToImmutable());
    }

    private static TimeOnly Clock(ConfigNode.Map map, string key, ConfigReader reader)
    {
        var text = reader.Text(map, key);
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time;
        }

        if (map[key] is { } node)
        {
            reader.Fault(node.Place, $"'{key}' is a time of day such as \"22:00\".");
        }

        return default;
    }

    private static TimeZoneInfo Zone(ConfigNode.Map map, Known known, ConfigReader reader)
    {
        if (reader.OptionalText(map, "timeZone") is not { } id)
        {
            return known.Zone;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
        {
            return zone;
        }

        reader.Fault(map["timeZone"]!.Place, $"There is no time zone '{id}' on this machine; write an IANA name such as Europe/Prague.");
        return known.Zone;
    }

    private static T Word<T>(ConfigNode.Map map, string key, ConfigReader reader, params ReadOnlySpan<(string Word, T Value)> words)
        where T : struct
    {
        if (reader.OptionalText(map, key) is not { } text)
        {
            return words[0].Value;
        }

        var all = new List<string>();
        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }

            all.Add(word);
        }

        reader.Fault(map[key]!.Place, $"'{key}' is one of {string.Join(", ", all)}.");
        return words[0].Value;
    }

    private static decimal? Amount(ConfigNode.Map map, string key, ConfigReader reader)
    {
        if (reader.OptionalNumber(map, key) is not { } amount)
        {
            return null;
        }

        if (amount <= 0)
        {
            reader.Fault(map[key]!.Place, $"'{key}' must be more than nothing.");
        }

        return amount;
    }

    private static ConfigNode.Map? Required(ConfigNode.Map map, string key, ConfigReader reader)
    {
        if (map[key] is null or ConfigNode.Scalar { IsNull: true })
        {
            reader.Fault(map.Place, $"'{key}' is missing.");
            return null;
        }

        return reader.OptionalMap(map, key);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,99}$")]
    private static partial Regex Name();
}
