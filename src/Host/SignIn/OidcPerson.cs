namespace AiManager.Host;

/// <summary>Whom a provider said somebody is.</summary>
/// <param name="Issuer">The provider, as its tokens say it.</param>
/// <param name="Subject">Its own id of them.</param>
/// <param name="Email">The address that it said is theirs; null where it gave none, or did not say so.</param>
internal sealed record OidcPerson(string Issuer, string Subject, string? Email)
{
    /// <summary>One person and no other: an address that two people have says of neither. Null also where the company asks another provider by now, or none.</summary>
    public Person? In(OidcSettings? settings, IDirectory directory) =>
        settings is null || settings.Authority != Issuer ? null
        : settings.Subjects is { } subjects ? (subjects.GetValueOrDefault(Subject) is { } id ? directory.Person(id) : null)
        : PeopleByAddress.Only(directory, Email);
}
