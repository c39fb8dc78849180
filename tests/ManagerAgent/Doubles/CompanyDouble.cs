using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>A company whose stream is here alone.</summary>
internal sealed class CompanyDouble : ICompany
{
    private readonly Lock _gate = new();

    public CompanyState State { get; private set; } = CompanyState.Empty;

    public void Suspend(string kind, string name) => Add(new Suspended(kind, name, new PrivateText("olga", "Something is odd.")));

    public void Lift(string kind, string name) => Add(new SuspensionLifted(kind, name));

    public Task AppendAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Add(WorkflowEvent fact)
    {
        lock (_gate)
        {
            State = CompanyState.Apply(State, new Recorded(0, State.Seq + 1, DateTimeOffset.UnixEpoch, Actor.Person("olga"), fact));
        }
    }
}
