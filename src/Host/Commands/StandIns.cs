using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>Who may be stood in for at this terminal. Pure.</summary>
internal static class StandIns
{
    /// <summary>
    /// The person to answer for <paramref name="approval"/> next: for the first open seat of one of <paramref name="roles"/>, the first of that role, or of one
    /// that it was escalated to, who is neither the one who asks nor excluded nor seated already. Null when nobody fits.
    /// </summary>
    /// <param name="approval">What is asked.</param>
    /// <param name="people">In the order of <c>people.yaml</c>.</param>
    /// <param name="roles">Roles that may be answered for; null for all.</param>
    /// <param name="requester">Who sits here: nobody answers their own question.</param>
    public static (PersonResource Person, string Role)? Next(
        ApprovalResource approval, ImmutableArray<PersonResource> people, IReadOnlyCollection<string>? roles, string requester)
    {
        foreach (var seat in approval.Seats.Where(s => s.By is null && !s.Waits))
        {
            foreach (var role in approval.EscalatedTo.Where(e => e.Role == seat.Role).Select(e => e.To).Prepend(seat.Role).Where(r => roles?.Contains(r) != false))
            {
                var person = people.FirstOrDefault(p =>
                    p.Roles.Contains(role) && p.Id != requester && !approval.Excluded.Contains(p.Id) && approval.Seats.All(s => s.By != p.Id));
                if (person is not null)
                {
                    return (person, role);
                }
            }
        }

        return null;
    }

    /// <summary>
    /// The person to answer a question as: the one who sits here where they hold its role or nobody does, else the first who holds it, where the company lets a
    /// terminal answer for others. Null when nobody fits.
    /// </summary>
    /// <param name="role">Who should answer.</param>
    /// <param name="company">Its people, and what it lets a terminal do.</param>
    /// <param name="requester">Who sits here.</param>
    public static PersonResource? ForQuestion(string role, CompanyResource company, string requester)
    {
        var holders = company.People.Where(p => p.Roles.Contains(role)).ToList();
        return company.People.FirstOrDefault(p => p.Id == requester && (holders.Count == 0 || holders.Contains(p)))
            ?? (company.AllowLocalStandIn ? holders.FirstOrDefault() : null);
    }
}
