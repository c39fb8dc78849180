using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>Envelopes that say who sealed them and hide nothing: what was sealed comes back clear.</summary>
internal sealed class PlainEnvelopes : IEnvelopes
{
    public Task<PrivateText> SealAsync(PrivateText text, CancellationToken cancellationToken) =>
        Task.FromResult(text.IsSealed ? text : new PrivateText(text.Person, null, "kid-" + text.Person, "bm9uY2U=", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text.Words))));

    public Task<PrivateText> OpenAsync(PrivateText text, CancellationToken cancellationToken) =>
        Task.FromResult(text.Ciphertext is { } hidden ? text with { Clear = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(hidden)) } : text);

    public async Task<ImmutableArray<PrivateText>> OpenEachAsync(ImmutableArray<PrivateText> texts, CancellationToken cancellationToken) =>
        [.. await Task.WhenAll(texts.Select(t => OpenAsync(t, cancellationToken)))];

    public Task EraseAsync(string person, CancellationToken cancellationToken) => Task.CompletedTask;
}
