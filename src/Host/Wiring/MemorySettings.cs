namespace AiManager.Host;

/// <summary>How long it is remembered what workflows did, as <c>memory</c> of <c>company.yaml</c> says; null for always.</summary>
/// <param name="Workflow">Goals and what became of them.</param>
/// <param name="Task">Tasks and what they gave.</param>
/// <param name="Decision">What people decided.</param>
internal sealed record MemorySettings(TimeSpan? Workflow, TimeSpan? Task, TimeSpan? Decision)
{
    private static readonly TimeSpan Least = TimeSpan.FromDays(1);

    /// <summary>Everything, always.</summary>
    public static MemorySettings Always { get; } = new(null, null, null);

    /// <summary>Binds <c>memory</c>.</summary>
    public static MemorySettings Read(ConfigReader reader, ConfigNode.Map file)
    {
        if (reader.OptionalMap(file, "memory") is not { } memory)
        {
            return Always;
        }

        reader.Keys(memory, MemoryKindNames.All);
        return new MemorySettings(Kept(MemoryKind.Workflow), Kept(MemoryKind.Task), Kept(MemoryKind.Decision));

        TimeSpan? Kept(MemoryKind kind)
        {
            var name = MemoryKindNames.Write(kind);
            var kept = reader.OptionalDuration(memory, name);
            if (kept < Least)
            {
                reader.Fault(memory[name]!.Place, $"'{name}' must be at least 1d.");
            }

            return kept;
        }
    }

    /// <summary>How long a kind is kept; null for always.</summary>
    public TimeSpan? Of(MemoryKind kind) => kind switch
    {
        MemoryKind.Workflow => Workflow,
        MemoryKind.Task => Task,
        _ => Decision,
    };
}
