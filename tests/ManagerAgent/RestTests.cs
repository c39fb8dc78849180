using FsCheck;
using FsCheck.Fluent;

namespace AiManager.ManagerAgent.Tests;

/// <summary>
/// Whatever tools, models and people do, a workflow comes to rest: it ends or waits for a person; it neither hangs nor spins, and what holds at every
/// rest (<see cref="Invariants"/>) holds.
/// </summary>
public sealed class RestTests
{
    private const int Worlds = 100;

    private const int MostRests = 60;

    private static readonly string[] Rubbish =
    [
        "", "I cannot help with that.", "{", "{}", "[]", "null", """{"cannot":"No."}""", """{"cannot":""}""", """{"tasks":[]}""", """{"accepted":"yes"}""",
        """{"playbook":"cook","outcome":"","constraints":[],"review":null}""", """{"rows":"none"}""", """{"order":1}""",
        """{"playbook":null,"outcome":"All is well.","constraints":["a"],"review":null}""",
        """{"accepted":false,"reasons":[]}""", """{"accepted":false,"reasons":["Wrong."]}""", """{"a":1,"a":2}""", "{\"order\":\"\\ud800\"}",
        """{"instruction":"x","tools":["orders.create","stock.low"],"deliverable":{"type":5}}""",
        """{"instruction":"x","tools":[],"deliverable":{"type":"object","properties":{"rows":{"type":"string"}},"required":["rows"]},"check":{"tool":"stock.open","args":{"a":"$deliverable.b"},"is":"true"}}""",
        House.Outline(("find", "analysis", ["find"], null)), House.Outline(("order", "purchasing", [], null)), House.Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows.0")),
    ];

    [Fact]
    public void Whatever_happens_a_workflow_ends_or_waits_and_what_must_hold_holds() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed => PursueAsync(seed).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(Worlds));

    /// <summary>One world, made of a seed: how often each thing goes wrong, and everything that people then do.</summary>
    private static async Task PursueAsync(int seed)
    {
        var chance = new Chance(seed);
        var house = new House(chance.Next(4)) { MaxParallelSteps = 1 + chance.Next(4) };
        var (models, tools) = (chance.Next(60), chance.Next(60));
        Disturb(house, chance, models, tools);
        var driving = house.Start();
        var workflow = await driving.SubmitAsync(chance.Next(2) == 0 ? House.Goal : "Please see that nothing runs out.");
        for (var rest = 0; rest < MostRests; rest++)
        {
            if (chance.Next(10) == 0)
            {
                (driving.Journal.DieAt, driving.Journal.LandsFirst) = (driving.Journal.Appends + 1 + chance.Next(20), chance.Next(2) == 0);
            }

            try
            {
                Interrupt(driving, house, workflow, chance);
                var state = await driving.RunAsync(workflow);
                if (state.IsFinal)
                {
                    return;
                }

                await ActAsync(driving, state, house, chance);
            }
            catch (KilledException)
            {
                house.Time.Advance(TimeSpan.FromMinutes(1));
                driving = house.Start($"node-{rest}");
            }
        }
    }

    private static string Heard(WorkflowState state, Chance chance) => chance.Next(4) switch
    {
        0 => """{"action":"revise","answer":"Otherwise, then."}""",
        1 => """{"action":"contract","answer":"Other terms, then.","constraints":["Slowly."]}""",
        2 when !state.Tasks.IsEmpty => $$"""{"action":"drop","answer":"Left out.","drop":["{{state.Tasks[chance.Next(state.Tasks.Length)].Task.Key}}","{{state.Tasks[chance.Next(state.Tasks.Length)].Task.Key}}"]}""",
        _ => """{"action":"none","answer":"I see."}""",
    };

    /// <summary>Now and then somebody acts in the middle of an append.</summary>
    private static void Interrupt(Driving driving, House house, WorkflowId workflow, Chance chance)
    {
        var outside = house.Start("outside");
        driving.Journal.BeforeAppend = async _ =>
        {
            if (chance.Next(40) == 0)
            {
                await ActAsync(outside, (await outside.SnapshotAsync(workflow)).State, house, chance);
            }
        };
    }

    private static void Disturb(House house, Chance chance, int models, int tools)
    {
        house.Model.On("hear", (_, state) => ModelDouble.Text(Heard(state, chance)));
        foreach (var step in new[] { "understand", "outline", "detail", "act", "review", "hear" })
        {
            var works = house.Model.RuleOf(step);
            house.Model.On(step, (question, state) => chance.Next(100) >= models ? works(question, state) : chance.Next(8) switch
            {
                0 => ModelDouble.Away(),
                1 => chance.Next(5) == 0 ? ModelDouble.NoScript() : ModelDouble.Away(),
                2 => ModelDouble.Calls(("orders.create", """{"supplier":"s1"}"""), ("stock.low", "{}"), ("no.such.tool", "[1]")),
                3 => ModelDouble.Calls(("stock.low", "{}")),
                _ => ModelDouble.Text(Rubbish[chance.Next(Rubbish.Length)]),
            });
        }

        foreach (var name in house.Tools.Tools.Keys)
        {
            house.ChangeTool(name, t => t with
            {
                Decide = _ => chance.Next(100) >= tools ? Effect.Allow : chance.Next(3) == 0 ? Effect.Deny : Effect.Ask,
                Ends = _ => chance.Next(100) >= tools ? CallOutcome.Succeeded : chance.Next(2) == 0 ? CallOutcome.Failed : CallOutcome.Unknown,
                Run = args => args.ValueKind == System.Text.Json.JsonValueKind.Object && (t.IsReadOnly && name != "orders.find" || args.TryGetProperty("supplier", out var s) && s.ValueKind == System.Text.Json.JsonValueKind.String)
                    ? t.Run(args)
                    : JsonText.Parse("""{"error":"what?"}"""),
            });
        }
    }

    /// <summary>People do one thing, any.</summary>
    private static async Task ActAsync(Driving driving, WorkflowState state, House house, Chance chance)
    {
        var open = state.Escalations.Values.Where(e => e.Choice is null).OrderBy(e => e.Raised.Escalation.Value).ToList();
        switch (chance.Next(12))
        {
            case 0:
                house.Time.Advance(TimeSpan.FromDays(1));
                break;
            case 1:
                await driving.Desk.PauseAsync(state.Id, "Wait.", "petra", default);
                break;
            case 2:
                await driving.Desk.MessageAsync(state.Id, "Hurry.", "petra", default);
                break;
            case 3 when chance.Next(10) == 0:
                await driving.Desk.CancelAsync(state.Id, "Enough.", "petra", default);
                break;
            case 4 or 5 or 6 when state.Approvals.Values.Any(a => a.Verdict is null):
                await driving.DecideAllAsync(state.Id, approve: chance.Next(4) != 0);
                break;
            default:
                if (open.Count > 0)
                {
                    var asked = open[chance.Next(open.Count)].Raised;
                    await driving.Answers.AnswerAsync(state.Id, asked.Escalation, asked.Choices[chance.Next(asked.Choices.Length)], "So be it.", "olga", "api", default);
                }

                break;
        }

        if (state.Status == WorkflowStatus.Paused)
        {
            await driving.Desk.ResumeAsync(state.Id, "petra", default);
        }
    }

    /// <summary>Random numbers for steps that run side by side.</summary>
    private sealed class Chance(int seed)
    {
        private readonly Lock _lock = new();
        private readonly Random _random = new(seed);

        public int Next(int below)
        {
            lock (_lock)
            {
                return _random.Next(below);
            }
        }
    }
}
