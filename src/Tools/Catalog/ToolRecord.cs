using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>The record that a call of a tool changes: an order, a ticket, a customer. Two workflows that are about to change one are a conflict, and people are asked.</summary>
/// <param name="Which">Its kind, and where its id stands in <c>args</c>; a list is several.</param>
/// <param name="Approvers">Who decides when another workflow is at it.</param>
internal sealed record ToolRecord(ToolResource Which, Approvers Approvers)
{
    /// <summary>Binds <c>record</c>; null when there is none, or after a fault.</summary>
    /// <param name="tool">The tool's map.</param>
    /// <param name="args">Its arguments' type.</param>
    /// <param name="isReadOnly">True for a tool that changes nothing.</param>
    /// <param name="approvers">Binds approvers.</param>
    /// <param name="reader">Takes mistakes.</param>
    public static ToolRecord? Optional(ConfigNode.Map tool, WhenType args, bool isReadOnly, ApproversBinder approvers, ConfigReader reader)
    {
        if (reader.OptionalMap(tool, "record") is not { } map)
        {
            return null;
        }

        reader.Keys(map, [.. ToolResource.Keys, "approvers"]);
        if (isReadOnly)
        {
            reader.Fault(map.Place, "A tool that only reads changes no record.");
        }

        var who = approvers.Required(map, "A record that another workflow is about to change");
        return ToolResource.Read(map, args, reader) is { } which ? new ToolRecord(which, who) : null;
    }
}
