using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>How far a value may be believed, by who could have written it. Ordered: a higher one is believed more.</summary>
public enum Integrity
{
    /// <summary>Nobody said who can write it.</summary>
    Unknown,

    /// <summary>Somebody outside can write it: mail, web, reviews, shared files, what others pay or send.</summary>
    ThirdParty,

    /// <summary>People of the company can write it, and nobody checks what they write.</summary>
    Internal,

    /// <summary>A system of record keeps it, and who may change it is controlled.</summary>
    Vetted,

    /// <summary>It stands in the company's own files: its playbooks and lists.</summary>
    Operator,

    /// <summary>The person who asked for the goal wrote it.</summary>
    User,
}

/// <summary>How integrity is written: <c>third-party</c>.</summary>
public static class IntegrityNames
{
    private static readonly ImmutableArray<string> Known = ["unknown", "third-party", "internal", "vetted", "operator", "user"];

    /// <summary>All names, lowest first.</summary>
    public static ImmutableArray<string> All => Known;

    /// <summary>The written form.</summary>
    public static string Write(Integrity integrity) => Known[(int)integrity];

    /// <summary>Reads the written form; null when it is none.</summary>
    public static Integrity? Read(string name) => Known.IndexOf(name) is >= 0 and var at ? (Integrity)at : null;
}
