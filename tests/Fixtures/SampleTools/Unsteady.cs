using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AiManager.SampleTools;

/// <summary>Code that breaks while it tells its tools, where <c>STOCKROOM_BROKEN</c> says when; it has none otherwise.</summary>
public static class Unsteady
{
    private static string? When => Environment.GetEnvironmentVariable("STOCKROOM_BROKEN");

    /// <summary>None, or an exception.</summary>
    public static IEnumerable<AIFunction> Tools => When == "at once" ? throw new InvalidOperationException("The stockroom is closed.") : Told();

    private static IEnumerable<AIFunction> Told()
    {
        if (When == "under way")
        {
            throw new NotSupportedException("The list is torn.");
        }

        if (When == "when asked")
        {
            yield return new Unnamed();
        }
    }

    private sealed class Unnamed : AIFunction
    {
        public override string Name => throw new InvalidOperationException("It has none.");

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => ValueTask.FromResult<object?>(JsonValueKind.Null);
    }
}
