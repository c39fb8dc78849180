using System.Data.Common;

namespace AiManager.Memory;

/// <summary>Parameters without naming a provider.</summary>
internal static class SqlCommands
{
    /// <summary>Adds a value; null is SQL's null.</summary>
    public static DbCommand Add(this DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return command;
    }
}
