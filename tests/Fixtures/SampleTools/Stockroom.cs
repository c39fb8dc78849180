using System.ComponentModel;
using Microsoft.Extensions.AI;

namespace AiManager.SampleTools;

/// <summary>Tools as a company writes them: functions, and what each does to the world.</summary>
public static class Stockroom
{
    private static int _moved;

    /// <summary>What the company's agents can call.</summary>
    public static IEnumerable<AIFunction> Tools =>
    [
        Made(Add, "add", "compute"),
        Made(Move, "move", "write-reversible"),
        Made(Break, "break", "write-irreversible"),
        Made(Refuse, "refuse", "write-irreversible"),
        Made(WaitAsync, "wait", "observe"),
        Made(Leak, "leak", "observe"),
        Made(Add, "unsaid", null),
    ];

    [Description("Adds two amounts.")]
    private static Sum Add([Description("The first.")] decimal left, decimal right = 1) => new(left + right, "EUR");

    private static int Move(string shelf, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return shelf.Length + Interlocked.Increment(ref _moved);
    }

    private static string Break() => throw new InvalidOperationException("The belt stopped half way.");

    private static string Refuse(string shelf) => throw new ArgumentException($"There is no shelf {shelf}.");

    private static async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return "never";
    }

    private static string Leak() => Environment.GetEnvironmentVariable("STOCKROOM_KEY") ?? "nothing";

    private static AIFunction Made(Delegate function, string name, string? effect) => AIFunctionFactory.Create(function, new AIFunctionFactoryOptions
    {
        Name = name,
        AdditionalProperties = effect is null ? null : new Dictionary<string, object?> { ["effect"] = effect },
    });

    /// <summary>An amount with its currency.</summary>
    /// <param name="Amount">How much.</param>
    /// <param name="Currency">Of what.</param>
    public sealed record Sum(decimal Amount, string Currency);
}
