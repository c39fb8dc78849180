namespace AiManager.ManagerAgent.Tests;

/// <summary>Sentences where nobody has a name: ids stay as they are, without what kind they are of.</summary>
internal static class Plain
{
    public static readonly PlainWords Words = new(_ => null);
}
