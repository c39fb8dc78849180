using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A call as it was judged.</summary>
/// <param name="Effect">The verdict: the strictest of all steps.</param>
/// <param name="Rules">What it rests on, by id; empty where a step has no rules.</param>
/// <param name="Reason">For people.</param>
/// <param name="Arguments">What each argument is and where it came from.</param>
public sealed record JudgedCall(Effect Effect, ImmutableArray<string> Rules, string Reason, ImmutableArray<ArgumentLabel> Arguments);

/// <summary>
/// Judges the calls of one recorded run as the gate would, without a gate: nothing is called, asked or written down. What the calls gave is told by whoever
/// has the recording. Budgets are left out, because they need a store.
/// </summary>
/// <param name="tools">The company's.</param>
/// <param name="time">For conditions and facts.</param>
public sealed class CallReplay(CompanyTools tools, TimeProvider time)
{
    private readonly Provenance _seen = new();
    private readonly List<PastCall> _made = [];

    /// <summary>Adds words of the person whose goal it is.</summary>
    public void Said(string source, string words) => _seen.AddWords(source, words, Label.Of(Integrity.User));

    /// <summary>Judges a call on what was seen up to now.</summary>
    /// <param name="agent">Who calls.</param>
    /// <param name="tool">What.</param>
    /// <param name="args">With which arguments.</param>
    /// <param name="grant">What the task may do; null for a run without grants.</param>
    /// <param name="cancellationToken">Stops waiting for facts.</param>
    public async Task<JudgedCall> JudgeAsync(string agent, string tool, JsonText args, Grant? grant, CancellationToken cancellationToken)
    {
        if (tools.Catalog.Find(tool) is not { } known)
        {
            return new JudgedCall(Effect.Deny, [], $"There is no tool '{tool}'.", []);
        }

        var element = args.ToElement();
        if (known.Schema.Validate(args) is { IsEmpty: false } errors)
        {
            return new JudgedCall(Effect.Deny, [], "The arguments do not fit the tool: " + string.Join("; ", errors), []);
        }

        if (grant?.WhyNot(tool, args, [], time.GetUtcNow()) is { } outside)
        {
            return new JudgedCall(Effect.Deny, [], outside, []);
        }

        var labels = _seen.LabelsOf(element, known.Authority);
        try
        {
            var facts = await FactReader.ReadAsync(known, args, time, cancellationToken);
            var decision = tools.Policy.Decide(new AuthorityRequest(
                tool, known.Traits, agent, WhenValue.FromJson(element), facts.Values, null, null, null, time.GetUtcNow())
            {
                ArgsJson = args,
                Labels = LabelNames.Value(labels),
                History = CallHistory.Of([.. _made]),
            });
            var said = JoinedVerdict.Of(decision, tools.Flows.Judge(FlowSink.Of(known.Info), labels, grant));
            if (said.Effect == Effect.Deny)
            {
                return new JudgedCall(Effect.Deny, said.Rules, said.Reason, labels);
            }

            if (known.Precondition is { } condition && !await FactReader.HoldsAsync(known, condition, element, time, cancellationToken))
            {
                return new JudgedCall(Effect.Deny, [], condition.Words, labels);
            }

            return new JudgedCall(said.Effect, said.Rules, said.Reason, labels);
        }
        catch (FactException fault)
        {
            return new JudgedCall(Effect.Deny, [], fault.Message, labels);
        }
    }

    /// <summary>Adds what a call that was made changed and gave.</summary>
    /// <param name="tool">Which.</param>
    /// <param name="args">With which arguments.</param>
    /// <param name="result">What it gave.</param>
    public void Made(string tool, JsonText args, JsonText result)
    {
        if (tools.Catalog.Find(tool) is not { } known)
        {
            return;
        }

        if (!known.Info.IsReadOnly)
        {
            var element = args.ToElement();
            _seen.AddWritten(element, _seen.LabelsOf(element, known.Authority));
        }

        _made.Add(new PastCall(default, tool, string.Empty, WhenValue.FromJson(args.ToElement()), new WhenRecord(new Dictionary<string, WhenValue>(StringComparer.Ordinal)), time.GetUtcNow()));
        _seen.AddValues(tool, result.ToElement(), known.Returns);
    }
}
