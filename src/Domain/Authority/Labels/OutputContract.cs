using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>What one field of a tool's result is.</summary>
/// <param name="Path">Names joined by dots, <c>*</c> for any one name or index: <c>rows.*.email</c>; <c>.</c> for all of the result. Covers what lies beneath it.</param>
/// <param name="Label">Its label.</param>
/// <param name="Kind">What it identifies, such as <c>supplier</c>: it proves arguments of that kind and no other. Null for nothing in particular.</param>
public sealed record FieldLabel(string Path, Label Label, string? Kind = null);

/// <summary>What each field of a tool's result is, by who can write it. A field that nobody declared is unknown.</summary>
public sealed class OutputContract
{
    private static readonly FieldLabel Undeclared = new(".", Label.Of(Integrity.Unknown));

    private readonly PathTable<FieldLabel> _fields;

    /// <summary>Declares fields; where several patterns fit, the longest one counts, and of equally long ones the one with more names.</summary>
    public OutputContract(IEnumerable<FieldLabel> fields)
    {
        Fields = [.. fields];
        _fields = new PathTable<FieldLabel>(Fields.Select(f => (f.Path, f)));
    }

    /// <summary>Nothing is declared: everything is unknown.</summary>
    public static OutputContract None { get; } = new([]);

    /// <summary>As declared.</summary>
    public ImmutableArray<FieldLabel> Fields { get; }

    /// <summary>What a field is.</summary>
    /// <param name="path">Its names and indexes, outermost first; empty for the whole result.</param>
    public FieldLabel Of(params ReadOnlySpan<string> path) => _fields.Find(path) ?? Undeclared;

    /// <summary>The labels of everything that a result says, each once. Nulls and empty texts say nothing.</summary>
    public ImmutableArray<Label> LabelsOf(JsonElement result)
    {
        var labels = new HashSet<Label>();
        JsonLeaves.Walk(result, (path, leaf) =>
        {
            if (leaf.ValueKind is not JsonValueKind.Null && !(leaf.ValueKind == JsonValueKind.String && leaf.ValueEquals(string.Empty)))
            {
                labels.Add(Of(path).Label);
            }
        });
        return [.. labels];
    }
}

/// <summary>Which arguments of a tool decide whom or what a call reaches.</summary>
public sealed class AuthorityArguments
{
    private readonly PathTable<AuthorityArgument> _declared;

    /// <summary>Declares them.</summary>
    public AuthorityArguments(IEnumerable<AuthorityArgument> declared)
    {
        Declared = [.. declared];
        _declared = new PathTable<AuthorityArgument>(Declared.Select(a => (a.Path, a)));
    }

    /// <summary>None.</summary>
    public static AuthorityArguments None { get; } = new([]);

    /// <summary>As declared.</summary>
    public ImmutableArray<AuthorityArgument> Declared { get; }

    /// <summary>The declaration that covers a place in the arguments; null when it decides nothing.</summary>
    public AuthorityArgument? Of(params ReadOnlySpan<string> path) => _declared.Find(path);
}
