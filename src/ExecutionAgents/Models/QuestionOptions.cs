using Microsoft.Extensions.AI;

namespace AiManager.ExecutionAgents;

/// <summary>Options of a question, with what is asked before it is sent once more, and where it stands. None of that goes over the wire.</summary>
internal sealed class QuestionOptions : ChatOptions
{
    public QuestionOptions()
    {
    }

    private QuestionOptions(QuestionOptions other)
        : base(other) => (WhyNotAgain, Place) = (other.WhyNotAgain, other.Place);

    /// <summary>Why it may not be sent again; null where nobody asks.</summary>
    public Func<string?>? WhyNotAgain { get; init; }

    /// <summary>For whoever records or plays it; null where nobody says.</summary>
    public AskPlace? Place { get; init; }

    /// <inheritdoc/>
    public override ChatOptions Clone() => new QuestionOptions(this);

    /// <summary>Before a further try. Throws <see cref="QuestionStoppedException"/> where it may not be made.</summary>
    public static void CheckAgain(ChatOptions? options)
    {
        if (options is QuestionOptions { WhyNotAgain: { } why } && why() is { } reason)
        {
            throw new QuestionStoppedException(reason);
        }
    }
}
