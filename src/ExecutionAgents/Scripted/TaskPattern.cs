namespace AiManager.ExecutionAgents;

/// <summary>Which tasks a rule speaks for: a key without regard to case, with <c>*</c> for any run of characters.</summary>
/// <param name="text">As the script has it.</param>
internal sealed class TaskPattern(string text)
{
    private readonly string[] _parts = text.Split('*');

    /// <summary>Whether a task's key fits. Each part is taken at its first place, which leaves the most for those that follow.</summary>
    public bool IsMatch(string key)
    {
        if (_parts is [var whole])
        {
            return key.Equals(whole, StringComparison.OrdinalIgnoreCase);
        }

        var (first, last) = (_parts[0], _parts[^1]);
        if (key.Length < first.Length + last.Length || !key.StartsWith(first, StringComparison.OrdinalIgnoreCase) || !key.EndsWith(last, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = key.AsSpan(first.Length..^last.Length);
        foreach (var part in _parts.AsSpan(1..^1))
        {
            var at = rest.IndexOf(part, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + part.Length)..];
        }

        return true;
    }
}
