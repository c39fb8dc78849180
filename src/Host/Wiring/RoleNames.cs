namespace AiManager.Host;

/// <summary>
/// Warns about a role of <c>people.yaml</c> that is all but one of the service's own: every other word is a role of the company's own and lets its holder submit and approve, so that <c>viewver</c> would quietly
/// give more than <c>viewer</c>.
/// </summary>
internal static class RoleNames
{
    private const string File = "people.yaml";

    /// <summary>Says what to write, at the role.</summary>
    public static void Check(CompanyBundle bundle, ConfigReader reader)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(reader);
        foreach (var role in (bundle.Documents.GetValueOrDefault(File)?["people"] as ConfigNode.List)?.Items.OfType<ConfigNode.Map>()
            .SelectMany(p => (p["roles"] as ConfigNode.List)?.Items ?? []).OfType<ConfigNode.Scalar>() ?? [])
        {
            if (RolePermissions.Names.FirstOrDefault(known => IsMeant(role.Text, known)) is { } meant)
            {
                reader.Warn(role.Place, $"'{role.Text}' is a role of the company's own, which may submit and approve. Was '{meant}' meant, which may {string.Join(", ", RolePermissions.Of([meant]))}?");
            }
        }
    }

    /// <summary>Another word that is the same in another case, or with one letter more, less, wrong, or swapped with its neighbour.</summary>
    public static bool IsMeant(string written, string known)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(known);
        if (written == known || Math.Abs(written.Length - known.Length) > 1)
        {
            return false;
        }

        var (a, b) = (written.ToUpperInvariant(), known.ToUpperInvariant());
        var same = a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
        return a == b
            || a[Math.Min(a.Length, same + 1)..] == b[Math.Min(b.Length, same + 1)..]
            || a[Math.Min(a.Length, same + 1)..] == b[same..]
            || a[same..] == b[Math.Min(b.Length, same + 1)..]
            || (a.Length == b.Length && same + 1 < a.Length && a[same] == b[same + 1] && a[same + 1] == b[same] && a[(same + 2)..] == b[(same + 2)..]);
    }
}
