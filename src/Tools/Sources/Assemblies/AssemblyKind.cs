using System.Collections.Immutable;
using System.Security.Cryptography;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Binds a source of the kind <c>assembly</c>. Its code is trusted: it runs in this process, with all that this process may do, and nothing here contains it.
/// That is why its digest can be named, and why a company's files alone cannot bring it: the file lies on each host.
/// </summary>
internal sealed class AssemblyKind : ISourceKind
{
    /// <summary>As <c>kind</c> says it.</summary>
    public const string Word = "assembly";

    public string Kind => Word;

    public ImmutableArray<string> Keys => ["path", "sha256", "timeout"];

    public IToolSource? Bind(ConfigNode.Map map, SourceBinding binding)
    {
        var written = binding.Reader.Text(map, "path");
        var digest = binding.Reader.OptionalText(map, "sha256");
        if (digest is not null && (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower)))
        {
            binding.Reader.Fault(map["sha256"]!.Place, "'sha256' is 64 hexadecimal digits in lower case.");
            return null;
        }

        if (written.Length == 0 || binding.FillOpen(written, map["path"]!) is not { } filled)
        {
            return null;
        }

        var path = Path.GetFullPath(filled.Text, binding.Folder);
        if (!path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            binding.Reader.Fault(map["path"]!.Place, "'path' is the path of a .dll.");
            return null;
        }

        if (digest is not null && TryDigestOf(path) is { } found && found != digest)
        {
            binding.Reader.Fault(map["sha256"]!.Place, $"The file is not the one that is meant: its digest is {found}.");
            return null;
        }

        return new AssemblySource(binding.Name, path, digest, CanonicalJson.Digest(Word, written, digest ?? string.Empty), binding.Time);
    }

    /// <summary>SHA-256 of a file, hex; null where it cannot be read, which the source says when it is asked.</summary>
    public static string? TryDigestOf(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
