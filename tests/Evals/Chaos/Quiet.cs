namespace AiManager.Evals.Tests;

/// <summary>Nobody is told how far a run is.</summary>
internal sealed class Quiet : IProgress<(string Company, int Over, int Of)>
{
    public static Quiet Instance { get; } = new();

    public void Report((string Company, int Over, int Of) value)
    {
    }
}
