using System.Text.RegularExpressions;

namespace AiManager.ExecutionAgents;

/// <summary>An expression of a script, which runs in linear time and without regard to case. It is built when it is first asked: most rules never are.</summary>
/// <param name="text">One without fault (<see cref="AiManager.Domain.LinearPattern"/>).</param>
internal sealed class ScriptPattern(string text)
{
    /// <summary>What every script's expression is built with.</summary>
    public const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private readonly Lazy<Regex> _regex = new(() => new Regex(text, Options));

    /// <summary>Whether it is found.</summary>
    public bool IsMatch(string searched) => _regex.Value.IsMatch(searched);

    /// <summary>Its first place.</summary>
    public Match Match(string searched) => _regex.Value.Match(searched);
}
