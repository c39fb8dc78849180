using System.Security.Cryptography;
using System.Text;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Opens links of mails. Looking changes nothing; what decides is <see cref="ApprovalDesk"/>, as at every other door.</summary>
internal sealed class MailLinks(CompanyAtWork atWork, IReadModels lists, TimeProvider time)
{
    /// <summary>What a link opens now.</summary>
    /// <param name="text">As it stands in the address.</param>
    /// <param name="signedIn">Who is signed in in this browser; null for nobody.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<MailLinkLook> LookAsync(string? text, string? signedIn, CancellationToken cancellationToken)
    {
        if (atWork.Company.Settings.Mail?.Links is not { } secret)
        {
            return new MailLinkLook.Shut(StatusCodes.Status404NotFound, "No link decides anything here. Sign in and decide it in the inbox.");
        }

        // What was not sealed here is not looked up: whoever makes links up learns nothing by it.
        var directory = atWork.Get<IDirectory>();
        if (MailLink.Read(text, secret) is not { } link)
        {
            return new MailLinkLook.Shut(StatusCodes.Status403Forbidden, "This link is not one that was sent, or not all of it: mail programs break long lines. Copy it whole, or sign in.");
        }

        if (directory.Person(link.Person) is not { } person)
        {
            return new MailLinkLook.Shut(StatusCodes.Status403Forbidden, "Whoever this link was sent to is not in this company's files any more.");
        }

        if (!RolePermissions.Of(person.Roles).Contains(Permission.Approve))
        {
            return new MailLinkLook.Shut(StatusCodes.Status403Forbidden, $"{person.Name} may not decide anything now. {Refusal.Takes(Permission.Approve)}");
        }

        if (!IsOwn(person, directory) || link.Address != AddressOf(person))
        {
            return new MailLinkLook.Shut(StatusCodes.Status403Forbidden, "The address that this link went to is not this person's alone any more. Sign in to decide.");
        }

        if (signedIn is not null && signedIn != person.Id)
        {
            return new MailLinkLook.Shut(StatusCodes.Status403Forbidden, $"This link was sent to {person.Name}, and somebody else is signed in here. Decide in your own name in the inbox.");
        }

        if (time.GetUtcNow() >= link.Until)
        {
            return new MailLinkLook.Shut(StatusCodes.Status410Gone, "This link is too old. Sign in to decide, if it still waits.");
        }

        if (await lists.OwnerAsync(link.Approval.ToString(), cancellationToken) is not { } workflow
            || await atWork.Get<IWorkflowOutside>().ReadAsync(workflow, cancellationToken) is not { } state
            || state.Approvals.GetValueOrDefault(link.Approval) is not { } approval)
        {
            return new MailLinkLook.Shut(StatusCodes.Status404NotFound, "What this link is about is not here any more.");
        }

        return await LookAsync(link, person, state, approval, cancellationToken);
    }

    /// <summary>Whether nobody else has a person's address.</summary>
    public static bool IsOwn(Person person, IDirectory directory) => PeopleByAddress.Only(directory, person.Email)?.Id == person.Id;

    /// <summary>What a link says of the address that it goes to: enough to know it again.</summary>
    public static string AddressOf(Person person) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(person.Email?.Trim().ToUpperInvariant() ?? string.Empty)).AsSpan(0, 8));

    private async Task<MailLinkLook> LookAsync(MailLink link, Person person, WorkflowState state, ApprovalState approval, CancellationToken cancellationToken)
    {
        if (approval.Requested.Digest != link.Digest)
        {
            return new MailLinkLook.Shut(StatusCodes.Status409Conflict, "What is asked now is not what the mail said. Sign in to see it.");
        }

        if (approval.By == person.Id || approval.Filled.Any(f => f.By == person.Id))
        {
            return new MailLinkLook.Shut(StatusCodes.Status409Conflict, "You have decided this already: a link works once.");
        }

        if (approval.Verdict is not null || state.IsFinal)
        {
            return new MailLinkLook.Shut(
                StatusCodes.Status409Conflict, approval.Verdict is { } verdict ? $"It is decided already: {verdict.ToString().ToLowerInvariant()}." : "The goal is over; nothing waits for it any more.");
        }

        return atWork.Get<ApprovalDesk>().InContext(state, person.Id).Single(a => a.View.Approval == link.Approval) is not { CanDecide: true } found
            ? new MailLinkLook.Shut(StatusCodes.Status403Forbidden, "You cannot decide this now: your role has changed, the seat is taken, or it is for people on shift. Sign in to see it.")
            : await atWork.Get<ApprovalSecrecy>().MayLeaveAsync(approval.Requested, state, cancellationToken)
                ? new MailLinkLook.Open(person, found)
                : new MailLinkLook.Shut(StatusCodes.Status403Forbidden, "What it is about is confidential by now: sign in to see it and to decide.");
    }
}
