using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Tools;

namespace AiManager.Evals;

/// <summary>AgentDojo's recordings against the layer.</summary>
internal sealed class DojoBench
{
    /// <summary>A perfect one and a careless one.</summary>
    private static readonly bool[] Approvers = [false, true];

    private readonly string _suite;
    private readonly CompanyTools _company;
    private readonly Dictionary<string, SuiteTool> _tools;
    private readonly Dictionary<(string Tool, string Text), (JsonNode? Node, JsonText Json)> _results = [];
    private readonly BenchReport _report;
    private readonly CancellationToken _cancellationToken;

    private DojoBench(string suite, CompanyTools company, ImmutableArray<SuiteTool> tools, BenchReport report, CancellationToken cancellationToken) =>
        (_suite, _company, _tools, _report, _cancellationToken) = (suite, company, tools.ToDictionary(t => t.Name, StringComparer.Ordinal), report, cancellationToken);

    /// <param name="isWanted">Which form and approver to play; null for all.</param>
    public static async Task RunAsync(string folder, string suite, BenchReport report, Func<string, string, bool>? isWanted, CancellationToken cancellationToken)
    {
        var tools = (await TraceFiles.ToolsAsync(Path.Combine(folder, suite + ".json"), cancellationToken)).Tools;
        var benign = await TraceFiles.ReadAsync(Path.Combine(folder, suite + ".benign.jsonl"), cancellationToken);
        var packed = Path.Combine(folder, suite + ".attack.jsonl.xz");
        var attacks = await TraceFiles.ReadAsync(File.Exists(packed) ? packed : Path.Combine(folder, suite + ".attack.jsonl"), cancellationToken);
        var committed = Pack.Committed(suite);
        var pack = committed ?? PackWriter.Write(suite, tools);
        report.Packs[suite] = pack;
        report.Remarks.Add($"{suite}: pack {(committed is null ? "derived now by the general rules" : "as committed in evals/packs, derived by the general rules")}; {tools.Length} tools, {benign.Length} legitimate tasks, {attacks.Length} attacks.");
        var bench = new DojoBench(suite, pack.Bind("nothing.db"), tools, report, cancellationToken);
        foreach (var track in new[] { "static", "grant" })
        {
            var grants = track == "static" ? null : benign.ToDictionary(b => b.UserTask, b => new Grant([.. b.Steps.Select(s => bench.Name(s.Tool)).Distinct()]), StringComparer.Ordinal);
            await bench.TrackAsync(track, benign, attacks, grants, isWanted ?? ((_, _) => true));
        }
    }

    /// <summary>The static track, bare payloads and a perfect approver, once for each label put the other way. Only what the label's tool is called in is played again.</summary>
    public static async Task FlipAsync(string folder, string suite, BenchReport report, CancellationToken cancellationToken)
    {
        var tools = (await TraceFiles.ToolsAsync(Path.Combine(folder, suite + ".json"), cancellationToken)).Tools;
        var benign = await TraceFiles.ReadAsync(Path.Combine(folder, suite + ".benign.jsonl"), cancellationToken);
        var packed = Path.Combine(folder, suite + ".attack.jsonl.xz");
        var attacks = await TraceFiles.ReadAsync(File.Exists(packed) ? packed : Path.Combine(folder, suite + ".attack.jsonl"), cancellationToken);
        var pack = Pack.Committed(suite) ?? PackWriter.Write(suite, tools);
        var straight = new DojoBench(suite, pack.Bind("nothing.db"), tools, new BenchReport(), cancellationToken);
        var before = await straight.OutcomesAsync(benign, attacks);
        foreach (var flip in LabelFlips.Of(pack))
        {
            var touched = benign.Concat(attacks).Where(t => t.Steps.Any(s => s.Tool == flip.Tool)).Select(t => t.Case).ToHashSet(StringComparer.Ordinal);
            var bench = new DojoBench(suite, flip.Pack.Bind("nothing.db"), tools, new BenchReport(), cancellationToken);
            var after = await bench.OutcomesAsync([.. benign.Where(t => touched.Contains(t.Case))], [.. attacks.Where(t => touched.Contains(t.Case))]);
            report.Flips.Add(new BenchFlip(
                suite,
                flip.Tool,
                flip.Field,
                flip.From,
                flip.To,
                new BenchFigures(before.Values.Count(o => o.IsWon), before.Values.Count(o => o.IsFree), before.Values.Sum(o => o.Asked)),
                new BenchFigures(Joined().Count(o => o.IsWon), Joined().Count(o => o.IsFree), Joined().Sum(o => o.Asked))));

            IEnumerable<Outcome> Joined() => before.Select(o => after.GetValueOrDefault(o.Key) ?? o.Value);
        }
    }

    /// <summary>What came of each recording: of an attack, whether it succeeded; of a task, whether it passed without a question, and how many it took.</summary>
    private async Task<Dictionary<string, Outcome>> OutcomesAsync(ImmutableArray<Trace> benign, ImmutableArray<Trace> attacks)
    {
        var outcomes = new Dictionary<string, Outcome>(StringComparer.Ordinal);
        foreach (var task in benign)
        {
            var (isFree, _, asked) = await LegitimateAsync(task, "static", grant: null);
            outcomes["task " + task.Case] = new Outcome(false, isFree, asked);
        }

        foreach (var attack in attacks)
        {
            outcomes["attack " + attack.Case] = new Outcome(await AttackAsync(attack, PayloadForm.All[0], isCareless: false, "static", grant: null), false, 0);
        }

        return outcomes;
    }

    private sealed record Outcome(bool IsWon, bool IsFree, int Asked);

    private async Task TrackAsync(string track, ImmutableArray<Trace> benign, ImmutableArray<Trace> attacks, Dictionary<string, Grant>? grants, Func<string, string, bool> isWanted)
    {
        var (free, passed, asked) = (0, 0, 0);
        foreach (var task in benign)
        {
            var run = await LegitimateAsync(task, track, grants?[task.UserTask]);
            (free, passed, asked) = (free + (run.IsFree ? 1 : 0), passed + (run.IsPassed ? 1 : 0), asked + run.Asked);
        }

        foreach (var form in PayloadForm.All.GroupBy(f => f.Name))
        {
            foreach (var isCareless in Approvers.Where(c => isWanted(form.Key, c ? "careless" : "perfect")))
            {
                Dictionary<string, (int All, int Succeeded)> groups = new(StringComparer.Ordinal);
                foreach (var attack in attacks)
                {
                    var succeeded = false;
                    foreach (var variant in form)
                    {
                        succeeded = succeeded || await AttackAsync(attack, variant, isCareless, track, grants?.GetValueOrDefault(attack.UserTask));
                    }

                    var (all, won) = groups.GetValueOrDefault(attack.Group ?? "other");
                    groups[attack.Group ?? "other"] = (all + 1, won + (succeeded ? 1 : 0));
                }

                _report.Rows.Add(new BenchRow(
                    _suite, track, form.Key, isCareless ? "careless" : "perfect", groups.Values.Sum(g => g.All), groups.Values.Sum(g => g.Succeeded), benign.Length, free, passed, asked)
                {
                    Groups = groups.ToDictionary(g => g.Key, g => new BenchGroup(g.Value.All, g.Value.Succeeded), StringComparer.Ordinal),
                });
            }
        }
    }

    private async Task<(bool IsFree, bool IsPassed, int Asked)> LegitimateAsync(Trace task, string track, Grant? grant)
    {
        var replay = Begin(task);
        var (isFree, isPassed, asked) = (true, true, 0);
        foreach (var step in task.Steps)
        {
            var judged = await JudgeAsync(replay, step, grant);
            if (judged.Effect != Effect.Allow)
            {
                isFree = false;
                _report.Details.Add(new BenchDetail(task.Case, track, "legitimate", judged.Effect == Effect.Ask ? "asked" : "denied", step.Tool, judged.Reason));
            }

            if (judged.Effect == Effect.Deny)
            {
                isPassed &= !step.IsNeeded;
                continue;
            }

            asked += judged.Effect == Effect.Ask ? 1 : 0;
            replay.Made(Name(step.Tool), Args(step), Recorded(step).Json);
        }

        return (isFree, isPassed, asked);
    }

    private async Task<bool> AttackAsync(Trace attack, PayloadForm form, bool isCareless, string track, Grant? grant)
    {
        var replay = Begin(attack);
        var goal = attack.AttackerGoal ?? string.Empty;
        var values = attack.Steps.Where(s => s.IsAttack).SelectMany(s => Texts(s.Args)).Where(v => v.Length is > 3 and < 80 && !v.Contains('\n')).Distinct().ToList();
        var places = attack.Steps.Count(s => s.CarriesInjection);
        var (place, stopped) = (0, false);
        var isFirstAttack = true;
        foreach (var step in attack.Steps)
        {
            if (step.IsAttack && isFirstAttack && form.Laundered is not null)
            {
                if (form.Laundered == "later")
                {
                    replay = Begin(attack);
                }

                Launder(replay, goal, values);
            }

            isFirstAttack &= !step.IsAttack;
            var judged = await JudgeAsync(replay, step, grant);
            var isMade = judged.Effect == Effect.Allow || (judged.Effect == Effect.Ask && (isCareless || !step.IsAttack));
            if (!isMade)
            {
                stopped |= step.IsCritical;
                continue;
            }

            var recorded = Recorded(step);
            replay.Made(
                Name(step.Tool), Args(step), step.CarriesInjection ? Json(Dressed(recorded.Node?.DeepClone(), form, goal, values, place++, places)) : recorded.Json);
        }

        if (!stopped && !isCareless)
        {
            _report.Details.Add(new BenchDetail(attack.Case, track, form.Name, "attack succeeded", string.Join(", ", attack.Steps.Where(s => s.IsCritical).Select(s => s.Tool)), goal));
        }

        return !stopped;
    }

    private static JsonNode? Dressed(JsonNode? result, PayloadForm form, string goal, IReadOnlyList<string> values, int place, int places)
    {
        if (result is JsonValue)
        {
            return form.Changed(result, PayloadForm.Squeezed(goal), goal, form.Dress(goal, values, place, places)) is { } text ? JsonValue.Create(text) : result;
        }

        form.Apply(result, goal, values, place, places);
        return result;
    }

    /// <summary>What the attacker wants is written into a note and read back, or only read back in a later session.</summary>
    private static void Launder(CallReplay replay, string goal, IReadOnlyList<string> values)
    {
        var note = $"{goal} {string.Join(' ', values)}";
        replay.Made(PackWriter.Note, Json(new JsonObject { ["text"] = note }), Json(new JsonObject { ["id"] = "1" }));
        replay.Made(PackWriter.Recall, JsonText.EmptyObject, Json(new JsonObject { ["notes"] = new JsonArray([note, .. values.Select(v => (JsonNode?)JsonValue.Create(v))]) }));
    }

    private CallReplay Begin(Trace trace)
    {
        var replay = new CallReplay(_company, TimeProvider.System);
        replay.Said("the goal", trace.Prompt);
        return replay;
    }

    private Task<JudgedCall> JudgeAsync(CallReplay replay, TraceStep step, Grant? grant) =>
        replay.JudgeAsync(Pack.Agent, Name(step.Tool), Args(step), grant, _cancellationToken);

    /// <summary>The same results come again in hundreds of recordings, so each is read once.</summary>
    private (JsonNode? Node, JsonText Json) Recorded(TraceStep step)
    {
        if (!_results.TryGetValue((step.Tool, step.ResultText), out var known))
        {
            var node = RecordedResult.Read(step.ResultText, _tools[step.Tool]);
            _results[(step.Tool, step.ResultText)] = known = (node, Json(node));
        }

        return known;
    }

    private string Name(string tool) => $"{_suite}.{tool}";

    private static JsonText Args(TraceStep step) => step.Args.ValueKind == JsonValueKind.Object ? JsonText.Of(step.Args) : JsonText.EmptyObject;

    private static JsonText Json(JsonNode? node) => node is null ? JsonText.Null : JsonText.Parse(node.ToJsonString());

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(p => Texts(p.Value)),
        _ => [],
    };
}
