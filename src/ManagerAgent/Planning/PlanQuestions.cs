using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.ManagerAgent;

/// <summary>A task as the planner's model outlined it, before its details are asked for.</summary>
/// <param name="Key">Short name.</param>
/// <param name="Title">For people.</param>
/// <param name="Skill">Who can do it.</param>
/// <param name="Needs">Keys of tasks before it.</param>
/// <param name="ForEach">A reference to a list, or null.</param>
/// <param name="Risk">How much care.</param>
internal sealed record OutlinedTask(string Key, string Title, string Skill, ImmutableArray<string> Needs, string? ForEach, Risk Risk)
{
    /// <summary>Reads a task of an outline that satisfies <see cref="PlanSchemas.Outline"/>.</summary>
    public static OutlinedTask Read(JsonElement task) => new(
        task.GetProperty("key").GetString()!,
        task.GetProperty("title").GetString()!,
        task.GetProperty("skill").GetString()!,
        [.. task.GetProperty("needs").EnumerateArray().Select(n => n.GetString()!)],
        task.TryGetProperty("forEach", out var list) ? list.GetString() : null,
        task.TryGetProperty("risk", out var risk) && Enum.TryParse<Risk>(risk.GetString(), ignoreCase: true, out var known) ? known : Risk.Low);
}

/// <summary>What planning replies must look like.</summary>
internal static class PlanSchemas
{
    /// <summary>The tasks, without details.</summary>
    public static JsonText Outline { get; } = JsonText.Parse(
        """
        {"type":"object","required":["tasks"],"properties":{"tasks":{"type":"array","minItems":1,"maxItems":30,"items":{
          "type":"object","required":["key","title","skill","needs"],"properties":{
            "key":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,39}$"},
            "title":{"type":"string","minLength":1,"maxLength":200},
            "skill":{"type":"string","description":"one of the skills in the data"},
            "needs":{"type":"array","maxItems":30,"items":{"type":"string"},"description":"keys of tasks that must be done before"},
            "forEach":{"type":["string","null"],"description":"$results.KEY.field: do this once for each element of a list in an earlier result"},
            "risk":{"type":"string","enum":["low","medium","high"]}}}}}}
        """);

    /// <summary>One task's details.</summary>
    public static JsonText Detail { get; } = JsonText.Parse(
        """
        {"type":"object","required":["instruction","tools","deliverable"],"properties":{
          "instruction":{"type":"string","minLength":1,"maxLength":4000},
          "tools":{"type":"array","maxItems":20,"items":{"type":"string"},"description":"the tools it may call, and no others"},
          "deliverable":{"type":"object","additionalProperties":true,"description":"a JSON Schema of what must come out; an object"},
          "check":{"type":["object","null"],"required":["tool","args","is"],"description":"a read-only call that proves the deliverable","properties":{
            "tool":{"type":"string"},"args":{"type":"object","additionalProperties":true},"is":{"type":"string"},"when":{"type":["string","null"]}}},
          "within":{"type":["string","null"],"pattern":"^[1-9][0-9]{0,4}[smhd]$","description":"how long it may take from now on, such as 4h or 2d, where being late matters; else null"},
          "grant":
        """ + AskedGrant.Schema + """
          ,
          "review":{"type":["string","null"],"maxLength":2000,"description":"what a reviewer must find true, where no call can prove it"}}}
        """);
}

/// <summary>Whether an outline can be a plan: what a schema cannot say.</summary>
internal static class PlanCheck
{
    /// <summary>Whether a task can be called so, as the outline's schema has it.</summary>
    public static bool IsKey(string key) => key is [>= 'a' and <= 'z', ..] && key.Length <= 40 && key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Errors in the tasks' meaning: keys twice, needs that are not there, cycles, skills that nobody has, lists from nowhere.</summary>
    public static ImmutableArray<string> Outline(JsonElement reply, IReadOnlySet<string> skills, IReadOnlySet<string> done)
    {
        var tasks = reply.GetProperty("tasks").EnumerateArray().Select(OutlinedTask.Read).ToList();
        var keys = tasks.Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        var errors = ImmutableArray.CreateBuilder<string>();
        errors.AddRange(tasks.GroupBy(t => t.Key).Where(g => g.Count() > 1).Select(g => $"the key '{g.Key}' is there {g.Count()} times"));
        foreach (var task in tasks)
        {
            errors.AddRange(task.Needs.Where(n => !keys.Contains(n) && !done.Contains(n)).Select(n => $"task '{task.Key}' needs '{n}', which is no task"));
            if (!skills.Contains(task.Skill))
            {
                errors.Add($"task '{task.Key}' wants the skill '{task.Skill}', which nobody has; there are: {string.Join(", ", skills.Order(StringComparer.Ordinal))}");
            }

            if (task.ForEach is { } list && !(list.Split('.') is ["$results", var from, ..] && (task.Needs.Contains(from) || done.Contains(from))))
            {
                errors.Add($"task '{task.Key}' repeats over '{list}'; write $results.KEY.field with a KEY that it needs");
            }
        }

        if (errors.Count == 0 && Order(tasks) is null)
        {
            errors.Add("the tasks need one another in a circle");
        }

        return errors.ToImmutable();
    }

    /// <summary>The tasks with each behind those it needs, otherwise in the given order; null when they form a circle.</summary>
    public static ImmutableArray<OutlinedTask>? Order(IReadOnlyList<OutlinedTask> tasks)
    {
        var ordered = ImmutableArray.CreateBuilder<OutlinedTask>(tasks.Count);
        var placed = new HashSet<string>(StringComparer.Ordinal);
        var keys = tasks.Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        while (ordered.Count < tasks.Count)
        {
            if (tasks.FirstOrDefault(t => !placed.Contains(t.Key) && t.Needs.All(n => placed.Contains(n) || !keys.Contains(n))) is not { } next)
            {
                return null;
            }

            placed.Add(next.Key);
            ordered.Add(next);
        }

        return ordered.MoveToImmutable();
    }

    /// <summary>
    /// Errors in a task's details: tools that are not there or that nobody has together, a contract that is no schema, a condition that is none, a grant of which it cannot
    /// be proved that it is no wider than what it would be handed on from.
    /// </summary>
    public static ImmutableArray<string> Detail(JsonElement reply, OutlinedTask task, TaskPool pool, Contract contract)
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        var tools = reply.GetProperty("tools").EnumerateArray().Select(t => t.GetString()!).ToImmutableArray();
        errors.AddRange(tools.Where(t => !pool.Tools.ContainsKey(t)).Select(t => $"there is no tool '{t}' here"));
        if (errors.Count == 0 && !pool.CanUse(task.Skill, tools))
        {
            errors.Add($"nobody with the skill '{task.Skill}' has all of these tools; take them from the data's list of tools");
        }

        var deliverable = reply.GetProperty("deliverable");
        if (!JsonSchema.TryLoad(JsonText.Of(deliverable), out _, out var faults))
        {
            errors.AddRange(faults.Select(f => "deliverable " + f));
        }
        else if (deliverable.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.String && type.ValueEquals("object")))
        {
            errors.Add("deliverable $: the type must be \"object\"; put a list or a text into a field of an object");
        }

        if (Check(reply) is { } check)
        {
            errors.AddRange(Evidence(check, pool));
        }

        if (errors.Count == 0)
        {
            errors.AddRange(Grants(reply, tools, task, pool, contract));
        }

        return errors.ToImmutable();
    }

    private static IEnumerable<string> Grants(JsonElement reply, ImmutableArray<string> tools, OutlinedTask task, TaskPool pool, Contract contract)
    {
        var asked = AskedGrant.Read(reply, tools, DateTimeOffset.MinValue, out var faults);
        return faults.IsEmpty ? TaskGrant.Of(contract, task.Key, asked with { Expires = null }, pool.Find).Refused.Select(r => "grant: " + r) : faults;
    }

    private static IEnumerable<string> Evidence(EvidenceCheck check, TaskPool pool)
    {
        if (!pool.Tools.ContainsKey(check.Tool))
        {
            yield return $"the check calls '{check.Tool}', which is no tool here";
        }

        if (When.Parse(check.Is, WhenPosition.Start) is WhenParsed.Faulty faulty)
        {
            yield return $"check is: {faulty.Faults[0]}";
        }

        if (check.When is not null && !Reference.IsReference(check.When))
        {
            yield return "check when: write a reference such as $deliverable.orderId, or null";
        }
    }

    /// <summary>The evidence check of a task's details; null when there is none.</summary>
    public static EvidenceCheck? Check(JsonElement reply) =>
        reply.TryGetProperty("check", out var check) && check.ValueKind == JsonValueKind.Object
            ? new EvidenceCheck(
                check.GetProperty("tool").GetString()!,
                JsonText.Of(check.GetProperty("args")),
                check.GetProperty("is").GetString()!,
                check.TryGetProperty("when", out var when) ? when.GetString() : null)
            : null;
}
