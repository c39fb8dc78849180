namespace AiManager.Domain;

/// <summary>What an event can be about, as words of the audit's index. Whoever writes them and whoever asks for them makes them here.</summary>
public static class AuditWords
{
    /// <summary>Any decision of the gate.</summary>
    public const string Decision = "decision";

    /// <summary>A decision on a call of a tool that there was not. Models invent names, and a word for each would make every search by a tool's name dearer for good.</summary>
    public const string UnknownTool = "unknown-tool";

    /// <summary>What the word of a tool begins with.</summary>
    public const string ToolBeginning = "tool:";

    /// <summary>Models name tools, and a word that is longer than an index takes would keep the whole journal from being read.</summary>
    private const int Longest = 200;

    /// <summary>A decision on a call that this agent wanted.</summary>
    public static string Agent(string agent) => Word("agent:", agent);

    /// <summary>A decision on a call of this tool.</summary>
    public static string Tool(string tool) => Word(ToolBeginning, tool);

    /// <summary>A decision by this rule or budget.</summary>
    public static string Rule(string rule) => Word("rule:", rule);

    /// <summary>A decision of this kind.</summary>
    public static string Verdict(string verdict) => Word("verdict:", verdict);

    /// <summary>A decision in which this person had a part.</summary>
    public static string DecidedBy(string person) => Word("by:", person);

    /// <summary>Something that this person did beside decisions, or that was done about them.</summary>
    public static string DoneBy(string person) => Word("did:", person);

    /// <summary>An event of this type in the company's stream.</summary>
    public static string Type(string type) => Word("type:", type);

    /// <summary>The tool of a word that begins with <see cref="ToolBeginning"/>.</summary>
    public static string ToolOf(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word[ToolBeginning.Length..];
    }

    // Two that come out alike are told apart by whoever reads the events.
    private static string Word(string beginning, string name) => beginning + (name.Length > Longest ? name[..Longest] : name).Replace('\0', ' ').Replace('\n', ' ');
}
