namespace AiManager.Memory;

/// <summary>
/// Numbers for advisory locks: sixteen bits say what for, the rest which. Two names that fall on one number wait for each other now and then, and that is all.
/// </summary>
internal static class AdvisoryKeys
{
    /// <summary>Whoever brings the schema up to date.</summary>
    public const long Schema = 0x4148L << Which;

    /// <summary>Whoever has drawn positions or is about to; with the last position drawn before. See <see cref="PostgresJournal"/>.</summary>
    public const long Drawing = 0x4149L << Which;

    /// <summary>Whoever looks at the company's stream before writing, together; whoever appends to it, alone. Taken before every other lock.</summary>
    public const long Company = 0x414BL << Which;

    /// <summary>Whoever writes what is remembered of workflows.</summary>
    public const long Memory = 0x414CL << Which;

    /// <summary>Whoever brings vectors to where they are searched.</summary>
    public const long Vectors = 0x414DL << Which;

    /// <summary>Whoever makes or drops tables of vectors.</summary>
    public const long VectorTables = 0x414EL << Which;

    private const long Named = 0x414AL << Which;
    private const int Which = 48;
    private const ulong Prime = 0x100000001B3;
    private const ulong Basis = 0xCBF29CE484222325;

    public static long Singleton(string key) => Of("singleton", key);

    public static long Ledger(LedgerId ledger) => Of("ledger", ledger.Budget, ledger.Key, ledger.Period);

    /// <summary>FNV-1a, the same in every process and version.</summary>
    private static long Of(params ReadOnlySpan<string> words)
    {
        var hash = Basis;
        foreach (var word in words)
        {
            foreach (var letter in word)
            {
                hash = (hash ^ letter) * Prime;
            }

            hash = (hash ^ '\n') * Prime;
        }

        return Named | (long)((hash ^ (hash >> Which)) & ((1UL << Which) - 1));
    }
}
