using System.Collections.Immutable;
using AiManager.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Tools.Tests;

/// <summary>How a question is asked when others write meanwhile or answers are not settled yet, and what stands on record of it.</summary>
public sealed class ModelRaceTests
{
    private const string Budgets = "version: 1\nbudgets:\n  - { id: per-goal, scope: workflow, tokens: 1000, calls: 10, onExceeded: deny }\n  - { id: per-day, scope: company, per: 1d, modelCost: 100, onExceeded: deny }\n";

    private static readonly ModelAnswer Words = new(ModelOutcome.Replied, "It is done.", [], new ModelUsage(30, 5), null);

    private readonly ManualTime _time = new();
    private readonly Ledger _ledger = new();
    private readonly CrashDouble _crash = new();
    private readonly CompanyDouble _company = new();
    private readonly MemoryLog _log;

    public ModelRaceTests()
    {
        _ledger.CompanySeq = () => _company.SeqInStore;
        _log = new MemoryLog(_ledger, _time, PrefixedId.New<WorkflowId>(_time.Now, new Random(1)));
        Shop.Begin(_log, []);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task A_question_is_tried_five_times_while_the_company_moves_on_and_then_given_up(int moves, bool isAsked)
    {
        var tried = Move<ModelAsked>(moves);
        var replied = await Gate(new ModelClientDouble(_ => Words)).AskAsync(Question(), _log, CancellationToken.None);
        Assert.Equal((isAsked ? ModelOutcome.Replied : ModelOutcome.Refused, 5), (replied.Outcome, tried().Count(e => e.Length == 1)));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task A_question_that_was_asked_already_is_taken_up_in_as_many_tries(int moves, bool isAsked)
    {
        await CrashAsync();
        var tried = Move<ModelAskedAgain>(moves);
        var replied = await Gate(new ModelClientDouble(_ => Words)).AskAsync(Question(), _log, CancellationToken.None);
        Assert.Equal((isAsked, 5), (replied.Outcome == ModelOutcome.Replied, tried().Count));
    }

    [Fact]
    public async Task However_often_people_sign_in_while_a_question_is_asked_it_is_sent_and_again_after_a_crash()
    {
        var tried = Move<ModelAsked>(12, () => _company.SignInElsewhere());
        await CrashAsync();
        Assert.Equal(13, tried().Count);

        var again = Move<ModelAskedAgain>(12, () => _company.SignInElsewhere());
        var replied = await Gate(new ModelClientDouble(_ => Words)).AskAsync(Question(), _log, CancellationToken.None);
        Assert.Equal((ModelOutcome.Replied, 13), (replied.Outcome, again().Count));
    }

    [Fact]
    public async Task A_rule_against_it_is_named_before_a_suspension()
    {
        await CrashAsync();
        _company.Suspend("agent/manager");
        var replied = await Gate(new ModelClientDouble(_ => Words), "version: 1\nrules:\n  - { id: dear, effect: deny, tools: [\"model:*\"], reason: Too dear. }\n").AskAsync(Question(), _log, CancellationToken.None);
        Assert.Contains("Too dear.", replied.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_answer_left_of_its_budget_is_there_for_the_next_question()
    {
        var gate = Gate(new ModelClientDouble(_ => Words));
        await gate.AskAsync(Question(1, 500), _log, CancellationToken.None);
        Assert.Single(_log.Appends);
        Assert.Equal(ModelOutcome.Replied, (await gate.AskAsync(Question(2, 800), _log, CancellationToken.None)).Outcome);
        Assert.Equal([1, 0, 1], _log.Appends.Select(a => a.Length));
    }

    [Theory]
    [InlineData("manager", "agent:manager")]
    [InlineData("analyst", "agent:analyst")]
    public async Task A_question_is_on_record_as_that_of_whoever_asks(string role, string actor)
    {
        var log = new Written(_log);
        await Gate(new ModelClientDouble(_ => Words)).AskAsync(Question() with { Role = role }, log, CancellationToken.None);
        Assert.Equal([actor, actor], log.Actors);
    }

    [Fact]
    public async Task A_model_whose_prices_are_the_same_has_a_price()
    {
        await Gate(new ModelClientDouble(_ => Words, (10, 10))).AskAsync(Question(), _log, CancellationToken.None);
        var asked = Assert.Single(_log.Events.OfType<ModelAsked>());
        Assert.Equal(10m * (asked.PromptBytes + 100) / 1_000_000, asked.Reserved.Single(r => r.Budget == "per-day").Amounts.ModelCost);
    }

    [Fact]
    public async Task Everything_that_is_sent_is_counted_and_stands_in_the_digest_in_its_order()
    {
        var question = Question() with
        {
            Messages = [new ModelMessage.User("Go on."), new ModelMessage.User("Go on.")],
            Tools = [new ToolDescription("do", "Does.", JsonText.EmptyObject)],
            ReplySchema = JsonText.Parse("""{"type":"object"}"""),
        };
        await Gate(new ModelClientDouble(_ => Words)).AskAsync(question, _log, CancellationToken.None);
        var asked = Assert.Single(_log.Events.OfType<ModelAsked>());
        string[] parts = ["user:Go on.", "user:Go on.", "doDoes.{}", """{"type":"object"}"""];
        Assert.Equal((CanonicalJson.Digest(parts), parts.Sum(p => p.Length)), (asked.PromptDigest, asked.PromptBytes));
    }

    /// <summary>The company goes on before each of the next appends of a kind, so many times.</summary>
    private Func<List<ImmutableArray<WorkflowEvent>>> Move<T>(int moves, Action? how = null)
    {
        var tried = new List<ImmutableArray<WorkflowEvent>>();
        _log.Meanwhile = events =>
        {
            if (events.Any(e => e is T))
            {
                tried.Add(events);
                if (tried.Count <= moves)
                {
                    (how ?? (() => _company.SuspendElsewhere("agent/clerk")))();
                }
            }
        };
        return () => tried;
    }

    private async Task CrashAsync()
    {
        _crash.At = CrashPoint.AfterModelAsked;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => Gate(new ModelClientDouble(_ => Words)).AskAsync(Question(), _log, CancellationToken.None));
        _log.Crash();
    }

    private static ModelQuestion Question(int seed = 1, int maxTokens = 100) => new(
        PrefixedId.New<AskId>(Policies.Noon, new Random(seed)), null, "understand", "manager", "default", [new ModelMessage.User("Is it done?")], [], JsonText.Null, maxTokens);

    private ModelGate Gate(ModelClientDouble model, string authority = Budgets)
    {
        var policy = Policies.Sound(authority);
        return new ModelGate(
            model, policy, new Permits("hash", policy, (_, _) => Task.FromResult<CompanyTools?>(null)), new BudgetDesk(policy, _ledger),
            new FlowDesk(FlowPolicy.None, new Catalog([], []), new Results(new BlobsDouble())), new StopList(_company), _crash, _time, "EUR", NullLogger<ModelGate>.Instance);
    }

    private sealed class Written(MemoryLog log) : IWorkflowLog
    {
        public List<string> Actors { get; } = [];

        public WorkflowState State => log.State;

        public string Node => log.Node;

        public bool CanWait => log.CanWait;

        public Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken)
        {
            Actors.Add(actor.Value);
            return log.AppendAsync(events, guards, actor, cancellationToken);
        }

        public Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken)
        {
            Actors.Add(actor.Value);
            return log.DeferAsync(events, actor, cancellationToken);
        }

        public Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken) => log.HoldAsync(until, cancellationToken);
    }
}
