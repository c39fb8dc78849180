using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace AiManager.Host;

/// <summary>
/// Seals what a browser keeps for us: AES-GCM under a key that HKDF makes of the secret, of what it is for and of a salt of its own, so that no two seals share one. The framework's ring of keys
/// would want a place of its own on every host, and something to guard it with.
/// </summary>
internal sealed class SealedByKeys : IDataProtector
{
    private const byte Form = 1;
    private const int SaltBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeadBytes = 1 + SaltBytes + NonceBytes;

    private readonly SessionKeys _keys;
    private readonly ImmutableArray<string> _purposes;
    private readonly byte[] _meant;

    /// <summary>For nothing in particular yet.</summary>
    public SealedByKeys(SessionKeys keys)
        : this(keys, [])
    {
    }

    private SealedByKeys(SessionKeys keys, ImmutableArray<string> purposes) => (_keys, _purposes, _meant) = (keys, purposes, Meant(purposes));

    /// <inheritdoc/>
    public IDataProtector CreateProtector(string purpose) => new SealedByKeys(_keys, _purposes.Add(purpose));

    /// <inheritdoc/>
    public byte[] Protect(byte[] plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var written = new byte[HeadBytes + plaintext.Length + TagBytes];
        written[0] = Form;
        RandomNumberGenerator.Fill(written.AsSpan(1, SaltBytes + NonceBytes));
        using var aes = Cipher(_keys.Secrets[0], written);
        aes.Encrypt(written.AsSpan(1 + SaltBytes, NonceBytes), plaintext, written.AsSpan(HeadBytes, plaintext.Length), written.AsSpan(HeadBytes + plaintext.Length), written.AsSpan(0, 1));
        return written;
    }

    /// <inheritdoc/>
    public byte[] Unprotect(byte[] protectedData)
    {
        ArgumentNullException.ThrowIfNull(protectedData);
        if (protectedData.Length < HeadBytes + TagBytes || protectedData[0] != Form)
        {
            throw new CryptographicException("This is no seal of ours.");
        }

        var plain = new byte[protectedData.Length - HeadBytes - TagBytes];
        foreach (var secret in _keys.Secrets)
        {
            using var aes = Cipher(secret, protectedData);
            try
            {
                aes.Decrypt(protectedData.AsSpan(1 + SaltBytes, NonceBytes), protectedData.AsSpan(HeadBytes, plain.Length), protectedData.AsSpan(HeadBytes + plain.Length), plain, protectedData.AsSpan(0, 1));
                return plain;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another secret's, or nobody's.
            }
        }

        throw new CryptographicException("No key of ours sealed this, or somebody changed it.");
    }

    private AesGcm Cipher(byte[] secret, byte[] written) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, written.AsSpan(1, SaltBytes).ToArray(), _meant), TagBytes);

    /// <summary>What it is for, each word with its length in front, so that no two lists of words read alike.</summary>
    private static byte[] Meant(ImmutableArray<string> purposes)
    {
        using var meant = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var purpose in purposes)
        {
            var bytes = Encoding.UTF8.GetBytes(purpose);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            meant.Write(length);
            meant.Write(bytes);
        }

        return meant.ToArray();
    }
}
