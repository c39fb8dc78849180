using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary><c>changeControl</c> of <c>company.yaml</c>: what lets more through than what is in force needs a second person.</summary>
/// <param name="Role">Who confirms.</param>
internal sealed record ChangeControl(string Role)
{
    /// <summary>Keys of <c>changeControl</c>.</summary>
    public static readonly ImmutableArray<string> Keys = ["role"];

    private const string Key = "changeControl";

    /// <summary>Binds it; null where the file has none: then whoever can bring files into force does.</summary>
    public static ChangeControl? Read(ConfigReader reader, ConfigNode.Map file)
    {
        if (reader.OptionalMap(file, Key) is not { } map)
        {
            return null;
        }

        reader.Keys(map, Keys);
        return new ChangeControl(reader.Text(map, "role"));
    }

    /// <summary>
    /// Whether files that are in force are under control, also where this program cannot bind them: nobody gets round a second person by bringing what it does not know.
    /// </summary>
    public static bool IsIn(CompanyBundle bundle) => bundle.Documents.TryGetValue(CompanySettings.File, out var file) && file[Key] is not (null or ConfigNode.Scalar { IsNull: true });

    /// <summary>Refuses a role that nobody holds: nothing could ever be changed again.</summary>
    public void Check(CompanyBundle bundle, IDirectory directory, ConfigReader reader)
    {
        if (Role.Length > 0 && directory.People.All(p => !p.Roles.Contains(Role)))
        {
            reader.Fault(bundle.Documents[CompanySettings.File][Key]!.Place, $"Nobody in people.yaml holds the role '{Role}', so that no change could ever be confirmed.");
        }
    }
}
