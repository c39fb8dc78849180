using System.Text;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Facts as pinned for one decision.</summary>
/// <param name="Json">For the journal.</param>
/// <param name="Values">For conditions.</param>
internal sealed record PinnedFacts(JsonText Json, WhenRecord Values);

/// <summary>Reads what rules must not believe a model about. Every doubt (no row, null, another type, too slow) is a <see cref="FactException"/>.</summary>
internal static class FactReader
{
    private static readonly PinnedFacts None = new(JsonText.EmptyObject, new WhenRecord(new Dictionary<string, WhenValue>(StringComparer.Ordinal)));

    /// <summary>Facts as they are now.</summary>
    public static async Task<PinnedFacts> ReadAsync(Tool tool, JsonText arguments, TimeProvider time, CancellationToken cancellationToken)
    {
        if (tool.Facts.IsEmpty)
        {
            return None;
        }

        var args = arguments.ToElement();
        var json = new StringBuilder("{");
        var values = new Dictionary<string, WhenValue>(StringComparer.Ordinal);
        foreach (var fact in tool.Facts)
        {
            var read = await ReadAsync(fact.Query, $"The fact '{fact.Name}' of {tool.Name}", args, tool.Info.Timeout, time, cancellationToken);
            if (read is not { } found || FactValues.Fit(fact.Kind, found) is not { } value)
            {
                throw new FactException($"The fact '{fact.Name}' of {tool.Name} has no value for these arguments.");
            }

            json.Append(json.Length > 1 ? "," : string.Empty).Append(JsonText.OfString(fact.Name)).Append(':').Append(value.Text);
            values[fact.Name] = FactValues.Value(fact.Kind, value.ToElement());
        }

        return new PinnedFacts(CanonicalJson.Of(JsonText.Parse(json.Append('}').ToString())), new WhenRecord(values));
    }

    /// <summary>Whether the precondition holds.</summary>
    public static async Task<bool> HoldsAsync(Tool tool, Precondition precondition, JsonElement args, TimeProvider time, CancellationToken cancellationToken) =>
        await ReadAsync(precondition.Query, $"The precondition of {tool.Name}", args, tool.Info.Timeout, time, cancellationToken) is not null;

    private static async Task<JsonElement?> ReadAsync(IFactQuery query, string what, JsonElement args, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            // Not every engine listens to a token, so nobody waits for it longer than this either.
            return await query.ReadAsync(args, either.Token).WaitAsync(timeout, time, cancellationToken);
        }
        catch (FactException fault)
        {
            throw new FactException($"{what} cannot be read. {fault.Message}", fault);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new FactException($"{what} took longer than {timeout.TotalSeconds:0.###} s to read.", late);
        }
    }
}
