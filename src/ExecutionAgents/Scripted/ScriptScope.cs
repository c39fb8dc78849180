using System.Text.Json;

namespace AiManager.ExecutionAgents;

/// <summary>What the names in a template mean at one place: the conversation, and the loop variables around the place.</summary>
internal sealed class ScriptScope
{
    private readonly Func<string, JsonElement?> _roots;
    private readonly List<string> _missing;

    public ScriptScope(Func<string, JsonElement?> roots)
        : this(roots, [])
    {
    }

    private ScriptScope(Func<string, JsonElement?> roots, List<string> missing)
    {
        _roots = roots;
        _missing = missing;
    }

    /// <summary>References that pointed nowhere while a template was written.</summary>
    public IReadOnlyList<string> Missing => _missing;

    public JsonElement? Find(ScriptPath path) => _roots(path.Root) is { } root ? path.Below(root, skip: 1) : null;

    /// <summary>As <see cref="Find"/>, and remembers a reference that points nowhere.</summary>
    public JsonElement? Need(ScriptPath path)
    {
        var found = Find(path);
        if (found is null)
        {
            _missing.Add(path.ToString());
        }

        return found;
    }

    public ScriptScope With(string name, JsonElement value) => new(root => root == name ? value : _roots(root), _missing);
}
