using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>
/// What somebody says that the arguments of a call are made of, where there is no workflow to follow them through: for each of some arguments, by path, its labels.
/// A path covers what lies beneath it, <c>*</c> is any one name or index. Of an argument that is not mentioned nothing is known.
/// </summary>
public sealed class ToldLabels
{
    private static readonly ImmutableArray<string> Said = ["what was said of it"];

    private readonly ImmutableArray<Told> _told;
    private readonly PathTable<Told> _paths;

    private ToldLabels(ImmutableArray<Told> told) => (_told, _paths) = (told, new PathTable<Told>(told.Select(t => (t.Path, t))));

    /// <summary>Nothing is said of any argument.</summary>
    public static ToldLabels Nothing { get; } = new([]);

    /// <summary>Reads an object of <c>PATH: LABEL</c> or <c>PATH: [ LABEL, … ]</c>; null with what is wrong when it is something else.</summary>
    public static ToldLabels? Read(JsonText labels, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var told = ImmutableArray.CreateBuilder<Told>();
        foreach (var field in labels.ToElement().EnumerateObject())
        {
            ImmutableArray<JsonElement> names = field.Value.ValueKind == JsonValueKind.Array ? [.. field.Value.EnumerateArray()] : [field.Value];
            if (names.IsEmpty || names.Any(n => n.ValueKind != JsonValueKind.String || n.ValueEquals(string.Empty)))
            {
                fault = $"the labels of '{field.Name}' must be a name or a list of names, such as third-party or [vetted, customer-data]";
                return null;
            }

            ImmutableArray<string> texts = [.. names.Select(n => n.GetString()!)];
            if (texts.Count(n => IntegrityNames.Read(n) is not null) > 1)
            {
                fault = $"'{field.Name}' can have only one of {string.Join(", ", IntegrityNames.All)}";
                return null;
            }

            var integrity = texts.Select(IntegrityNames.Read).FirstOrDefault(i => i is not null) ?? Integrity.Unknown;
            var marks = texts.Where(n => IntegrityNames.Read(n) is null && n != ArgumentLabel.ComposedName).ToImmutableSortedSet(StringComparer.Ordinal);
            told.Add(new Told(field.Name, new Label(integrity, marks), texts.Contains(ArgumentLabel.ComposedName)));
        }

        fault = null;
        return new ToldLabels(told.ToImmutable());
    }

    /// <summary>
    /// What each value among a call's arguments is said to be. Of one that is not mentioned: unknown, composed, and with no source. Nulls and empty texts say nothing
    /// and are left out.
    /// </summary>
    public ImmutableArray<ArgumentLabel> LabelsOf(JsonElement args, AuthorityArguments declared)
    {
        ArgumentNullException.ThrowIfNull(declared);
        var labels = ImmutableArray.CreateBuilder<ArgumentLabel>();
        JsonLeaves.Walk(args, (path, leaf) =>
        {
            if (leaf.ValueKind == JsonValueKind.Null || (leaf.ValueKind == JsonValueKind.String && leaf.ValueEquals(string.Empty)))
            {
                return;
            }

            var (at, isAuthority, said) = (string.Join('.', path!), declared.Of(path) is not null, _paths.Find(path));
            var shown = leaf.ValueKind == JsonValueKind.String ? leaf.GetString()! : leaf.GetRawText();
            labels.Add(new ArgumentLabel(
                at,
                shown.Length <= 80 ? shown : shown[..80] + "…",
                said?.Label ?? Label.Of(Integrity.Unknown),
                said is { IsComposed: false } ? LabelOrigin.Proven : LabelOrigin.Composed,
                said is null ? [] : Said,
                isAuthority));
        });
        return labels.ToImmutable();
    }

    /// <summary>A path that covers none of the arguments, which is a mistake; null when each covers some.</summary>
    public string? Unfit(JsonElement args)
    {
        var used = new HashSet<Told>();
        JsonLeaves.Walk(args, (path, _) =>
        {
            if (_paths.Find(path) is { } told)
            {
                used.Add(told);
            }
        });
        return _told.FirstOrDefault(t => !used.Contains(t))?.Path;
    }

    private sealed record Told(string Path, Label Label, bool IsComposed);
}
