using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Rules and budgets share one set of ids, because decisions and approvals name both in one list.</summary>
internal static class UniqueIds
{
    /// <summary>The <c>id</c> of <paramref name="map"/>; empty after a fault.</summary>
    public static string Read(ConfigNode.Map map, Dictionary<string, ConfigPlace> taken, ConfigReader reader)
    {
        var id = reader.Text(map, "id");
        if (map["id"] is not { } node)
        {
            return id;
        }

        if (string.IsNullOrWhiteSpace(id))
        {
            reader.Fault(node.Place, "'id' must not be empty.");
        }
        else if (id == RecordDesk.Rule)
        {
            reader.Fault(node.Place, $"The id '{id}' is the gate's own: decisions name it where another workflow is at the same record.");
        }
        else if (taken.TryGetValue(id, out var first))
        {
            reader.Fault(node.Place, $"The id '{id}' is taken already, in line {first.Line}.");
        }
        else
        {
            taken[id] = node.Place;
        }

        return id;
    }
}
