using System.Collections.Immutable;

namespace AiManager.Tools;

/// <summary>What a tool does to the world. Rules can speak about classes, so that a new tool is covered on its first day.</summary>
public enum EffectClass
{
    /// <summary>Reads.</summary>
    Observe,

    /// <summary>Reckons, and touches nothing.</summary>
    Compute,

    /// <summary>Changes something that can be changed back.</summary>
    WriteReversible,

    /// <summary>Changes something for good.</summary>
    WriteIrreversible,

    /// <summary>Spends money.</summary>
    Spend,

    /// <summary>Tells somebody outside.</summary>
    CommunicateOut,

    /// <summary>Runs code.</summary>
    ExecuteCode,

    /// <summary>Changes who may do what.</summary>
    ChangeAuthority,
}

/// <summary>How effect classes are written: <c>write-reversible</c>.</summary>
public static class EffectClassNames
{
    private static readonly ImmutableArray<(EffectClass Class, string Name)> Known =
    [
        (EffectClass.Observe, "observe"),
        (EffectClass.Compute, "compute"),
        (EffectClass.WriteReversible, "write-reversible"),
        (EffectClass.WriteIrreversible, "write-irreversible"),
        (EffectClass.Spend, "spend"),
        (EffectClass.CommunicateOut, "communicate-out"),
        (EffectClass.ExecuteCode, "execute-code"),
        (EffectClass.ChangeAuthority, "change-authority"),
    ];

    /// <summary>All names, in the order of the classes.</summary>
    public static ImmutableArray<string> All { get; } = [.. Known.Select(k => k.Name)];

    /// <summary>The written form.</summary>
    public static string Write(EffectClass effect) => Known.First(k => k.Class == effect).Name;

    /// <summary>Reads the written form; null when it is none.</summary>
    public static EffectClass? Read(string name)
    {
        foreach (var known in Known)
        {
            if (known.Name == name)
            {
                return known.Class;
            }
        }

        return null;
    }
}
