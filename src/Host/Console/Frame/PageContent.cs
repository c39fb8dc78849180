using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What the page of this request shows, and for whom. Components are public, so what is internal to this program reaches them by injection.</summary>
internal sealed class PageContent
{
    private object? _model;

    /// <summary>The company; null while nobody is signed in.</summary>
    public CompanyResource? Company { get; set; }

    /// <summary>Who looks; null while nobody is signed in.</summary>
    public Person? Person { get; set; }

    /// <summary>Whose session it is, for whoever may look as somebody else; null for everybody else.</summary>
    public string? Owner { get; set; }

    /// <summary>What the session may.</summary>
    public IReadOnlySet<string> Permissions { get; set; } = new HashSet<string>();

    /// <summary>The page's path, for the frame to mark where somebody is.</summary>
    public string Path { get; set; } = "/";

    /// <summary>Where a form leads back to: path and query.</summary>
    public string Here { get; set; } = "/";

    /// <summary>What the browser calls this service: scheme and host, for what programs are told.</summary>
    public string Origin { get; set; } = string.Empty;

    /// <summary>The name of the field that every form carries.</summary>
    public string FormField { get; set; } = string.Empty;

    /// <summary>What stands in it.</summary>
    public string FormToken { get; set; } = string.Empty;

    /// <summary>How much waits for whoever looks; null when nobody counted.</summary>
    public InboxCount? Waiting { get; set; }

    /// <summary>Changes of what is allowed that whoever looks can confirm; none where nobody counted.</summary>
    public ImmutableArray<ChangeState> Changes { get; set; } = [];

    /// <summary>True where the session's owner looks as somebody else: they see and answer what that person does, and change nothing that takes two people.</summary>
    public bool IsStandIn => Owner is { } owner && owner != Person?.Id;

    /// <summary>Why the last form did nothing; null when there is nothing to say.</summary>
    public string? Notice { get; set; }

    /// <summary>Something to know before the page is read, and no fault; null for nothing.</summary>
    public string? Hint { get; set; }

    /// <summary>The last form, where it was not taken; null for none.</summary>
    public KeptForm? Kept { get; set; }

    /// <summary>Where people sign in elsewhere, for whoever is not signed in; null where nobody does.</summary>
    public (string Name, string Begin)? Provider { get; set; }

    /// <summary>In whose days the company reckons; days that somebody looks for are of it.</summary>
    public TimeZoneInfo CompanyZone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>On whose clock moments are read where no script knows the reader's: that of their working hours, or else of the company.</summary>
    public TimeZoneInfo Zone => Person?.Hours?.Zone ?? CompanyZone;

    /// <summary>When the page was made.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>People's names, by id.</summary>
    public IReadOnlyDictionary<string, string> Names { get; set; } = new Dictionary<string, string>();

    /// <summary>True when the session may.</summary>
    public bool May(string permission) => Permissions.Contains(permission);

    /// <summary>True for the form that was not taken, where it stands on this page.</summary>
    public bool IsKept(string form) => Kept is { IsShown: true } kept && kept.Form == form;

    /// <summary>What somebody wrote in a field of a form that was not taken; null where nothing was.</summary>
    public string? Said(string form, string field) => IsKept(form) && Kept!.Written.TryGetValue(field, out var said) ? said.ToString() : null;

    /// <summary>Sets what the page is about.</summary>
    public void Show(object model) => _model = model;

    /// <summary>What the page is about.</summary>
    public TModel Of<TModel>() => (TModel)(_model ?? throw new InvalidOperationException("Nobody said what this page shows."));

    /// <summary>An actor, an executor or a person's id as people say it.</summary>
    public string Who(string? actor) => Plain.Who(actor);

    /// <summary>Sentences as whoever looks reads them.</summary>
    public PlainWords Plain => new(id => Names.GetValueOrDefault(id));

    /// <summary>Takes what is the same for whoever looks.</summary>
    public void TakeCompany(LoadedCompany company, IDirectory directory, TimeProvider time) =>
        (Company, CompanyZone, Names, Now) = (company.ToResource(), company.Settings.TimeZone, directory.People.ToDictionary(p => p.Id, p => p.Name, StringComparer.Ordinal), time.GetUtcNow());

    /// <summary>Takes over everything that belongs to the session, not to the page.</summary>
    public void TakeSession(PageContent from)
    {
        (Company, CompanyZone, Person, Owner, Permissions, Path, Here, FormField, FormToken, Names) =
            (from.Company, from.CompanyZone, from.Person, from.Owner, from.Permissions, from.Path, from.Here, from.FormField, from.FormToken, from.Names);
    }
}
