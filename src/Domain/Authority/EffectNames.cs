namespace AiManager.Domain;

/// <summary>How verdicts are written: <c>allow</c>.</summary>
public static class EffectNames
{
    /// <summary>The contract's word.</summary>
    public static string Write(Effect effect) => effect switch
    {
        Effect.Allow => "allow",
        Effect.Transform => "transform",
        Effect.Ask => "ask",
        Effect.Defer => "defer",
        _ => "deny",
    };
}
