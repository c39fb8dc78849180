using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What each workflow under way has seen, as a fold over its journal: kept for the few that were last asked about, made anew for any other, after a restart
/// too. Adds only what is new since the last look.
/// </summary>
internal sealed class SeenCache(FlowPolicy policy, Catalog catalog, Results results)
{
    /// <summary>Workflows kept in memory. A waiting one holds none for long.</summary>
    private const int MostKept = 64;

    private readonly LinkedList<Entry> _kept = new();
    private readonly Lock _lock = new();

    /// <summary>The label of what is remembered of another workflow.</summary>
    public static Label Remembered(ImmutableArray<string> labels) => new(Integrity.Unknown, labels.ToImmutableSortedSet(StringComparer.Ordinal));

    /// <summary>Looks into what a workflow has seen, alone.</summary>
    public async Task<T> LookAsync<T>(WorkflowState state, Func<Provenance, T> look, CancellationToken cancellationToken)
    {
        var entry = Find(state.Id);
        await entry.Turn.WaitAsync(cancellationToken);
        try
        {
            await entry.CatchUpAsync(state, policy, catalog, results, cancellationToken);
            return look(entry.Seen);
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private Entry Find(WorkflowId id)
    {
        lock (_lock)
        {
            var node = _kept.First;
            while (node is not null && node.Value.Id != id)
            {
                node = node.Next;
            }

            if (node is null)
            {
                node = new LinkedListNode<Entry>(new Entry(id));
                if (_kept.Count == MostKept)
                {
                    _kept.RemoveLast();
                }
            }
            else
            {
                _kept.Remove(node);
            }

            _kept.AddFirst(node);
            return node.Value;
        }
    }

    private sealed class Entry(WorkflowId id)
    {
        private static readonly OutputContract Unknown = OutputContract.None;
        private static readonly OutputContract ByPeople = new([new FieldLabel(".", Label.Of(Integrity.Internal))]);
        private static readonly OutputContract ByUser = new([new FieldLabel(".", Label.Of(Integrity.User))]);
        private static readonly OutputContract ByOperator = new([new FieldLabel(".", Label.Of(Integrity.Operator))]);

        private readonly HashSet<CallId> _started = [];
        private readonly HashSet<CallId> _settled = [];
        private readonly HashSet<EscalationId> _answered = [];
        private readonly HashSet<ApprovalId> _edited = [];
        private readonly HashSet<CallId> _responded = [];
        private readonly HashSet<(TaskId Task, int Submission)> _delivered = [];
        private int _messages;
        private bool _begun;
        private bool _recalled;

        public WorkflowId Id => id;

        public Provenance Seen { get; } = new();

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public async Task CatchUpAsync(WorkflowState state, FlowPolicy policy, Catalog catalog, Results results, CancellationToken cancellationToken)
        {
            if (!_begun && state.Submitted is { } submitted)
            {
                Begin(submitted, policy);
                _begun = true;
            }

            if (!_recalled && state.Recalled is { } recalled)
            {
                foreach (var work in recalled.Works)
                {
                    Seen.AddWords($"what is remembered of {work.Workflow}", $"{work.Outcome}\n{work.Ending}", Remembered(work.Labels));
                }

                _recalled = true;
            }

            for (; _messages < state.Messages.Length; _messages++)
            {
                Seen.AddWords("a message", state.Messages[_messages].Text.Words, Label.Of(Integrity.User));
            }

            foreach (var escalation in state.Escalations.Values.Where(e => e.Answer is not null && _answered.Add(e.Raised.Escalation)))
            {
                // A person who may answer decides here, as the one who asked for the goal does.
                Seen.AddWords("an answer", escalation.Answer!, Label.Of(Integrity.Operator));
            }

            foreach (var task in state.Tasks.Where(t => t.Executor is { IsPerson: true } && !t.Deliverable.IsNull && _delivered.Add((t.Task.Id, t.Submissions))))
            {
                Seen.AddValues($"the deliverable of '{task.Task.Title}'", task.Deliverable.ToElement(), ByPeople);
            }

            foreach (var call in state.Calls.Values)
            {
                AddPeoplesWords(call, state);
            }

            // In the journal's order: what a read gave counts from its end, so that it proves nothing that was written while it ran.
            var told = state.Calls.Values
                .SelectMany(c => new[] { (Call: c, Seq: c.StartedSeq, IsEnd: false), (Call: c, Seq: c.Seqs.LastOrDefault(), IsEnd: true) })
                .Where(c => c.IsEnd ? c.Call.Settled is { Outcome: not CallOutcome.Unknown } && !_settled.Contains(c.Call.Proposed.Call) : c.Call.Started is not null && !_started.Contains(c.Call.Proposed.Call))
                .OrderBy(c => c.Seq);
            foreach (var (call, _, isEnd) in told)
            {
                await AddAsync(call, isEnd, state, catalog, results, cancellationToken);
            }
        }

        /// <summary>What somebody wrote who was asked: only the values that they put there, for the rest is as it was; and their answer in a tool's place.</summary>
        private void AddPeoplesWords(CallState call, WorkflowState state)
        {
            if (call.Edited is { Edit: { } edit } edited && _edited.Add(edit.Approval))
            {
                foreach (var value in ArgumentDiff.Of(state.Approvals[edit.Approval].Requested.Args, edited.Args).Select(d => d.After).OfType<JsonText>())
                {
                    Seen.AddValues($"what {edit.By} wrote", value.ToElement(), ByUser);
                }
            }

            if (call.Answer is { } answer && _responded.Add(call.Proposed.Call))
            {
                Seen.AddWords("an answer", call.Refusal ?? string.Empty, Label.Of(Integrity.User));
                if (answer.Result is { } result)
                {
                    Seen.AddValues("an answer", result.ToElement(), ByUser);
                }
            }
        }

        private void Begin(GoalSubmitted submitted, FlowPolicy policy)
        {
            // A monitor's goal is the company's own words; its inputs are filled from what it read, and nobody said what that is.
            var isSaid = submitted is { Parent: null, Monitor: null };
            Seen.AddWords("the goal", submitted.Goal.Words, Label.Of(isSaid ? Integrity.User : submitted.Monitor is null ? Integrity.Unknown : Integrity.Operator));
            Seen.AddValues("the goal's inputs", submitted.Inputs.ToElement(), isSaid ? ByUser : Unknown);
            if (submitted.Contract is { } contract)
            {
                Seen.AddWords("the goal's contract", string.Join('\n', contract.Constraints.Prepend(contract.Outcome)), Label.Of(Integrity.User));
            }

            foreach (var (name, value) in policy.Lists)
            {
                Seen.AddValues($"lists.{name}", JsonText.OfString(value).ToElement(), ByOperator);
            }

            foreach (var (name, text) in policy.Texts)
            {
                Seen.AddWords(name, text, Label.Of(Integrity.Operator));
            }
        }

        private async Task AddAsync(CallState call, bool isEnd, WorkflowState state, Catalog catalog, Results results, CancellationToken cancellationToken)
        {
            var tool = catalog.Find(call.Proposed.Tool);
            var origin = ResultPages.Origin(state, call);
            if (!isEnd && _started.Add(call.Proposed.Call) && tool is not { Info.IsReadOnly: true })
            {
                var args = call.Args.ToElement();
                Seen.AddWritten(args, Seen.LabelsOf(args, tool?.Authority ?? AuthorityArguments.None));
            }

            // What nobody in the workflow was told has not been seen: it proves nothing, and is in nothing that is written.
            if (isEnd && call.Settled is { } settled && _settled.Add(call.Proposed.Call) && settled.Withheld is null && !state.IsPreview(call))
            {
                // What a failed call says is no result, so the contract says nothing of it.
                var contract = settled.Outcome != CallOutcome.Succeeded ? Unknown
                    : origin is not null ? ResultPages.LabelOf(catalog.ReturnsOf(origin.Proposed.Tool))
                    : catalog.ReturnsOf(call.Proposed.Tool);
                Seen.AddValues(call.Proposed.Tool, (await results.WholeAsync(settled, cancellationToken)).ToElement(), contract);
            }
        }
    }
}
