namespace AiManager.Host;

/// <summary>Whose an e-mail address is.</summary>
internal static class PeopleByAddress
{
    /// <summary>The one person who has it; null for nobody, and where two have: it says of neither who they are, and whoever reads its mail would speak for both.</summary>
    public static Person? Only(IDirectory directory, string? address) =>
        address?.Trim() is { Length: > 0 } wanted && directory.People.Where(p => wanted.Equals(p.Email?.Trim(), StringComparison.OrdinalIgnoreCase)).Take(2).ToList() is [var only] ? only : null;
}
