using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What streams were like a little while ago, while their calls are decided again. Bounded for each stream and for all together, since there may be many at once: what was kept longest goes
/// first, and a decision that was made on it is left out and not guessed.
/// </summary>
/// <param name="most">How many altogether.</param>
internal sealed class KeptStates(int most = 20_000)
{
    /// <summary>Of one stream. Between looking and writing down there are the events of as many calls as are decided side by side.</summary>
    private const int MostOfOne = 512;

    private readonly int _most = most;
    private readonly LinkedList<(Line Line, WorkflowState State)> _all = new();

    /// <summary>How many are kept now.</summary>
    public int Count => _all.Count;

    /// <summary>One stream's, oldest first.</summary>
    public sealed class Line(KeptStates kept)
    {
        private readonly Queue<LinkedListNode<(Line Line, WorkflowState State)>> _states = [];

        /// <summary>The last one up to a seq; null where that is too long ago.</summary>
        public WorkflowState? KnownTo(int seq) => _states.LastOrDefault(n => n.Value.State.Seq <= seq)?.Value.State;

        /// <summary>Keeps the next one.</summary>
        public void Add(WorkflowState state)
        {
            _states.Enqueue(kept._all.AddLast((this, state)));
            if (_states.Count > MostOfOne)
            {
                Drop();
            }
            else if (kept._all.Count > kept._most)
            {
                kept._all.First!.Value.Line.Drop();
            }
        }

        /// <summary>Keeps none any more.</summary>
        public void Clear()
        {
            while (_states.Count > 0)
            {
                Drop();
            }
        }

        private void Drop() => kept._all.Remove(_states.Dequeue());
    }
}
