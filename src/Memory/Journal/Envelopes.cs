using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Envelopes: AES-256-GCM, a random nonce of 12 bytes for each text, nothing beside the words is bound in. Keys are read afresh each time, so that a key
/// destroyed by any host opens nothing on this one.
/// </summary>
internal sealed class Envelopes(IWriteQueue writer, DbDataSource database, TimeProvider time) : IEnvelopes
{
    private const string Nobody = "system";
    private const int KeySize = 32;
    private const int KidSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private const string ByKid = "select kid, person, secret from envelope_keys where kid = @value";
    private const string ByPerson = "select kid, person, secret from envelope_keys where person = @value";

    private const int KidsAtOnce = 8;
    private const string ByKids = "select kid, person, secret from envelope_keys where kid in (@kid0, @kid1, @kid2, @kid3, @kid4, @kid5, @kid6, @kid7)";

    private readonly SqlQueries _queries = new(database);

    public async Task<PrivateText> SealAsync(PrivateText text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Person == Nobody || text.Clear is null)
        {
            return text;
        }

        return Seal(text, await FindAsync(ByPerson, text.Person, cancellationToken) ?? await MakeAsync(text.Person, cancellationToken));
    }

    public async Task<PrivateText> OpenAsync(PrivateText text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text is { IsSealed: true, Kid: { } kid } && await FindAsync(ByKid, kid, cancellationToken) is { } key ? Open(text, key) : text;
    }

    public async Task<ImmutableArray<PrivateText>> OpenEachAsync(ImmutableArray<PrivateText> texts, CancellationToken cancellationToken)
    {
        var kids = texts.Where(t => t is { IsSealed: true, Kid: not null }).Select(t => t.Kid!).Distinct(StringComparer.Ordinal).ToList();
        var keys = new Dictionary<string, EnvelopeKey>(StringComparer.Ordinal);
        foreach (var some in kids.Chunk(KidsAtOnce))
        {
            // One text of the statement, however many are asked for: who asks for fewer names the last of them again.
            var found = await _queries.ListAsync(
                ByKids, Read, cancellationToken, [.. Enumerable.Range(0, KidsAtOnce).Select(i => ($"@kid{i}", (object?)some[Math.Min(i, some.Length - 1)]))]);
            foreach (var key in found)
            {
                keys[key.Kid] = key;
            }
        }

        return [.. texts.Select(t => t is { IsSealed: true, Kid: { } kid } && keys.TryGetValue(kid, out var key) ? Open(t, key) : t)];
    }

    public async Task EraseAsync(string person, CancellationToken cancellationToken)
    {
        var write = new EraseWrite(person);
        writer.Enqueue(write);
        await write.Task.WaitAsync(cancellationToken);
    }

    private static PrivateText Seal(PrivateText text, EnvelopeKey key)
    {
        var words = Encoding.UTF8.GetBytes(text.Clear!);
        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        var sealedWords = new byte[words.Length + TagSize];
        using var cipher = new AesGcm(key.Secret.Span, TagSize);
        cipher.Encrypt(nonce, words, sealedWords.AsSpan(0, words.Length), sealedWords.AsSpan(words.Length));
        return text with { Clear = null, Kid = key.Kid, Nonce = Convert.ToBase64String(nonce), Ciphertext = Convert.ToBase64String(sealedWords) };
    }

    private static PrivateText Open(PrivateText text, EnvelopeKey key)
    {
        try
        {
            var sealedWords = Convert.FromBase64String(text.Ciphertext!);
            var words = new byte[sealedWords.Length - TagSize];
            using var cipher = new AesGcm(key.Secret.Span, TagSize);
            cipher.Decrypt(Convert.FromBase64String(text.Nonce!), sealedWords.AsSpan(0, words.Length), sealedWords.AsSpan(words.Length), words);
            return text with { Clear = Encoding.UTF8.GetString(words) };
        }
        catch (Exception cause) when (cause is CryptographicException or FormatException or ArgumentException or OverflowException)
        {
            // Not what was sealed. The chain tells who changed it; here it stays closed.
            return text;
        }
    }

    private async Task<EnvelopeKey?> FindAsync(string sql, string value, CancellationToken cancellationToken)
    {
        var found = await _queries.ListAsync(sql, Read, cancellationToken, ("@value", value));
        return found.IsEmpty ? null : found[0];
    }

    private static EnvelopeKey Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2));

    private async Task<EnvelopeKey> MakeAsync(string person, CancellationToken cancellationToken)
    {
        var key = new EnvelopeKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KidSize)), person, RandomNumberGenerator.GetBytes(KeySize));
        var write = new KeyWrite(key, time.GetUtcNow());
        writer.Enqueue(write);
        return await write.Task.WaitAsync(cancellationToken);
    }
}
