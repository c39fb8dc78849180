using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>
/// What everybody who asks a model may rely on, whatever is between them and it. The model behind <see cref="Client"/> plays
/// <see cref="Script"/>, so that each way to it must give the same answers, down to digits, ids and usage.
/// </summary>
public abstract class ModelClientContract
{
    /// <summary>What the model knows.</summary>
    public const string Script = """
        rules:
          - { name: words, when: { step: words }, reply: { text: "Ahoj {$goal}, 5 × 2 €" } }
          - { name: object, when: { step: object }, reply: { json: { amount: 12.50, lines: $item.lines, none: null } } }
          - { name: nothing, when: { step: nothing }, reply: { text: "" } }
          - name: two calls
            when: { step: act, results: { erp.low_stock: none } }
            reply:
              calls:
                - { tool: erp.low_stock, args: {} }
                - { tool: erp.create_order, args: { supplier: $item.supplier, price: 0.10, note: "a \"quoted\" word\n" } }
          - name: what came of them
            when: { step: act, results: { erp.low_stock: succeeded, erp.create_order: refused } }
            reply: { json: { first: "$calls[erp.low_stock].rows.0.sku", why: "$calls[erp.create_order].refused" } }
        """;

    private static readonly ImmutableArray<ToolDescription> Tools =
    [
        new ToolDescription("erp.low_stock", "What is low.", JsonText.Parse("""{"type":"object","properties":{}}""")),
        new ToolDescription("erp.create_order", "Orders.", JsonText.Parse("""{"type":"object","properties":{"supplier":{"type":"string"}}}""")),
    ];

    /// <summary>The client.</summary>
    protected abstract IModelClient Client { get; }

    [Fact]
    public async Task Words_come_back_as_they_were_said()
    {
        var answer = await AskAsync("words");
        Assert.Equal((ModelOutcome.Replied, "Ahoj Restock, ať je klid 🙂, 5 × 2 €", (string?)null), (answer.Outcome, answer.Text, answer.Error));
        Assert.Empty(answer.Calls);
    }

    [Fact]
    public async Task A_number_keeps_its_digits()
    {
        var answer = await AskAsync("object");
        Assert.Equal("""{"amount":12.50,"lines":[{"sku":"A-1","quantity":3,"unitPrice":0.1000000000000000000000000001}],"none":null}""", answer.Text);
    }

    [Fact]
    public async Task No_words_are_no_text()
    {
        var answer = await AskAsync("nothing");
        Assert.Equal((ModelOutcome.Replied, (string?)null), (answer.Outcome, answer.Text));
        Assert.Empty(answer.Calls);
    }

    [Fact]
    public async Task Several_calls_come_with_the_catalogues_names()
    {
        var answer = await AskAsync("act");
        Assert.Null(answer.Text);
        Assert.Equal(["call_1 erp.low_stock {}", """call_2 erp.create_order {"supplier":"acme","price":0.10,"note":"a \"quoted\" word\n"}"""], answer.Calls.Select(c => $"{c.Id} {c.Tool} {c.Args}"));
    }

    [Fact]
    public async Task The_next_question_brings_what_came_of_the_calls()
    {
        var first = await AskAsync("act");
        var answer = await AskAsync(
            "act",
            new ModelMessage.Assistant(first.Text, first.Calls),
            new ModelMessage.Tool(first.Calls[0].Id, "erp.low_stock", """{"rows":[{"sku":"A-1"}]}"""),
            new ModelMessage.Tool(first.Calls[1].Id, "erp.create_order", """{"refused":"Not on the list."}"""));
        Assert.Equal("""{"first":"A-1","why":"Not on the list."}""", answer.Text);
    }

    [Fact]
    public async Task What_it_has_no_script_for_it_says()
    {
        var answer = await AskAsync("poem");
        Assert.Equal((ModelOutcome.NoScript, (string?)null, (ModelUsage?)null), (answer.Outcome, answer.Text, answer.Usage));
        Assert.Equal("The scripted model has no script for this (role 'manager', step 'poem', task 'low'). Connect a model to go beyond the scripts.", answer.Error);
    }

    [Theory]
    [InlineData("words")]
    [InlineData("object")]
    [InlineData("act")]
    public async Task The_same_question_costs_the_same(string step)
    {
        var answers = new[] { await AskAsync(step), await AskAsync(step) };
        Assert.All(answers, a => Assert.True(a.Usage is { InputTokens: > 50, OutputTokens: > 3 }, a.Usage?.ToString()));
        Assert.Equal(answers[0].Usage, answers[1].Usage);
        Assert.Equal(Expected(step, answers[0]), answers[0].Usage);
    }

    [Fact]
    public async Task A_cancelled_question_is_not_answered()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.AskAsync(Question("words"), cancelled.Token));
    }

    /// <summary>A quarter of the bytes, rounded up: the scripted model's own reckoning, which must survive the wire.</summary>
    private static ModelUsage Expected(string step, ModelAnswer answer)
    {
        var prompt = Question(step).Messages.Sum(m => Bytes(m switch { ModelMessage.System s => s.Text, ModelMessage.User u => u.Text, _ => null }));
        var reply = Bytes(answer.Text) + answer.Calls.Sum(c => Bytes(c.Tool) + Bytes(c.Args.Text));
        return new ModelUsage((prompt + 3) / 4, (reply + 3) / 4);
    }

    private static int Bytes(string? text) => text is null ? 0 : System.Text.Encoding.UTF8.GetByteCount(text);

    private Task<ModelAnswer> AskAsync(string step, params ModelMessage[] more) => Client.AskAsync(Question(step, more), CancellationToken.None);

    private static ModelQuestion Question(string step, params ModelMessage[] more) => new(
        default,
        Task: null,
        step,
        "manager",
        "default",
        [
            new ModelMessage.System($"Role: manager\nStep: {step}\n\nDo it."),
            new ModelMessage.User(
                """
                Here it is.

                ```json
                {"goal":"Restock, ať je klid 🙂","task":{"key":"low"},"item":{"supplier":"acme","lines":[{"sku":"A-1","quantity":3,"unitPrice":0.1000000000000000000000000001}]}}
                ```
                """),
            .. more,
        ],
        step == "act" ? Tools : [],
        step == "object" ? JsonText.Parse("""{"type":"object"}""") : JsonText.Null);
}
