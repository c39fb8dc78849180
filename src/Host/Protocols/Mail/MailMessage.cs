using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// Whom a mail is to tell of what: ids only. What it says is made when it is sent, of what is true then, so that nothing has to be taken back from the outbox when a
/// person is erased, and nobody is told of what was decided meanwhile.
/// </summary>
/// <param name="Kind">A constant of this type.</param>
/// <param name="Workflow">Where it stands.</param>
/// <param name="Item">The approval, or the escalation.</param>
/// <param name="Person">Who is told: a person's id.</param>
internal sealed record MailMessage(string Kind, WorkflowId Workflow, string Item, string Person)
{
    /// <summary>A call waits for a decision.</summary>
    public const string Asked = "approval.requested";

    /// <summary>It still does.</summary>
    public const string Reminded = "approval.reminded";

    /// <summary>A question waits for an answer, or somebody is to look at something.</summary>
    public const string Raised = "escalation.raised";

    /// <summary>For the outbox. The id is that of the item, the kind and the person: who has been told is not told again, whichever event would.</summary>
    public WebhookDelivery ToDelivery(DateTimeOffset now) => new(
        "mail_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Item}\n{Kind}\n{Person}")).AsSpan(0, 16)),
        IWebhookOutbox.Mail,
        Kind,
        JsonSerializer.Serialize(new MailBody(Workflow.ToString(), Item, Person), HostJson.Default.MailBody),
        WebhookState.Waiting,
        now,
        now,
        now,
        0,
        null,
        string.Empty);

    /// <summary>From the outbox; null for what is none.</summary>
    public static MailMessage? Of(WebhookDelivery kept) =>
        JsonSerializer.Deserialize(kept.Body, HostJson.Default.MailBody) is { } said && PrefixedId.TryRead<WorkflowId>(said.Workflow, out var workflow)
            ? new MailMessage(kept.Type, workflow, said.Item, said.Person)
            : null;

    /// <summary>Who is told of which events, as their workflows stand by now: everybody who could still sit down, or answer, and has an address.</summary>
    /// <param name="events">Of any streams.</param>
    /// <param name="workflows">Where they stand.</param>
    /// <param name="directory">Who could.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<ImmutableArray<MailMessage>> OfAsync(ImmutableArray<StoredEvent> events, IWorkflowOutside workflows, IDirectory directory, Action<StoredEvent, Exception> stepOver, CancellationToken cancellationToken)
    {
        var told = ImmutableArray.CreateBuilder<MailMessage>();
        var states = new Dictionary<WorkflowId, WorkflowState?>();
        foreach (var stored in events)
        {
            try
            {
                if (ItemOf(stored) is not { } found || !PrefixedId.TryRead<WorkflowId>(stored.Stream, out var workflow))
                {
                    continue;
                }

                if (!states.TryGetValue(workflow, out var state))
                {
                    states[workflow] = state = await workflows.ReadAsync(workflow, cancellationToken);
                }

                if (state is not null)
                {
                    told.AddRange(
                        from person in directory.People
                        where person.Email is not null
                        let message = new MailMessage(found.Kind, workflow, found.Item, person.Id)
                        where message.IsWanted(state, directory)
                        select message);
                }
            }
            catch (Exception unreadable) when (OutboxRound.IsUnreadable(unreadable))
            {
                stepOver(stored, unreadable);
            }
        }

        return [.. told.Distinct()];
    }

    /// <summary>True while whoever it is for can still do something about it.</summary>
    public bool IsWanted(WorkflowState state, IDirectory directory) =>
        ApprovalIn(state) is { } approval ? !state.IsFinal && approval.Verdict is null && Chair.For(approval, Person, directory, null) is not null
        : EscalationIn(state) is { } asked && state.IsOpen(asked) && directory.Person(Person)?.Roles.Contains(asked.Raised.Role) == true;

    /// <summary>The approval that it is about; null when it is about none.</summary>
    public ApprovalState? ApprovalIn(WorkflowState state) => PrefixedId.TryRead<ApprovalId>(Item, out var id) ? state.Approvals.GetValueOrDefault(id) : null;

    /// <summary>The question that it is about; null when it is about none.</summary>
    public EscalationState? EscalationIn(WorkflowState state) => PrefixedId.TryRead<EscalationId>(Item, out var id) ? state.Escalations.GetValueOrDefault(id) : null;

    /// <summary>What an event has people told of; null for nothing. A filled seat may open another, and a rung lets others in.</summary>
    private static (string Kind, string Item)? ItemOf(StoredEvent stored) => stored.Type switch
    {
        nameof(ApprovalRequested) or nameof(SeatFilled) or nameof(StandInsAdmitted) or nameof(ApprovalEscalated) or nameof(ApprovalReminded) or nameof(Escalated) or nameof(LookAsked) =>
            EventCodec.Decode(stored).Event switch
            {
                ApprovalRequested e => (Asked, e.Approval.ToString()),
                SeatFilled e => (Asked, e.Approval.ToString()),
                StandInsAdmitted e => (Asked, e.Approval.ToString()),
                ApprovalEscalated e => (Asked, e.Approval.ToString()),
                ApprovalReminded e => (Reminded, e.Approval.ToString()),
                Escalated e => (Raised, e.Escalation.ToString()),
                LookAsked e => (Raised, e.Escalation.ToString()),
                _ => null,
            },
        _ => null,
    };
}

/// <summary>How a mail stands in the outbox.</summary>
internal sealed record MailBody(string Workflow, string Item, string Person);
