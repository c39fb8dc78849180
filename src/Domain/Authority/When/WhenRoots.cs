namespace AiManager.Domain;

/// <summary>How the roots are written.</summary>
internal static class WhenRoots
{
    private static readonly string[] Names = [.. Enum.GetNames<WhenRoot>().Select(name => name.ToLowerInvariant())];

    public static IReadOnlyList<string> All => Names;

    public static string NameOf(WhenRoot root) => Names[(int)root];

    /// <returns>Null when no root is written so.</returns>
    public static WhenRoot? Find(string name) =>
        Array.IndexOf(Names, name) is var index and >= 0 ? (WhenRoot)index : null;
}
