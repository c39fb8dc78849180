using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Host;

/// <summary>
/// What browsers' cookies and forms are sealed with. In a data folder it lies in a file that only its owner can read, so that a restart signs nobody out; hosts on a shared store are given the same by the
/// environment, so that each takes what another sealed. It stands in no store: whoever can read the database could sign in as anybody.
/// </summary>
internal sealed class SessionKeys
{
    /// <summary>Names the secrets, in base64 with a comma between: the first seals, all open, so that one can be changed for another.</summary>
    public const string Variable = "AIMANAGER_SESSION_KEY";

    /// <summary>The file's name.</summary>
    public const string FileName = "session-key";

    private const int Length = 32;
    private const int Longest = 64;
    private const int MarkBytes = 4;

    private SessionKeys(ImmutableArray<byte[]> secrets, bool isKept, string mark = "") => (Secrets, IsKept, Mark) = (secrets, isKept, mark);

    /// <summary>At least one; the first seals.</summary>
    public ImmutableArray<byte[]> Secrets { get; }

    /// <summary>Whether they outlive the process, or another host has the same.</summary>
    public bool IsKept { get; }

    /// <summary>
    /// Ends the names of cookies of a data folder: a browser keeps cookies by the host's name, whatever its port, and two companies on one machine would sign people out of each other. Empty where hosts
    /// are given their keys, as those take one another's.
    /// </summary>
    public string Mark { get; }

    /// <summary>What whoever starts the service should know; null for nothing.</summary>
    public string? Notice => IsKept ? null : $"Who signs in with a browser is signed in at this host alone and until it stops: give all hosts of the store the same {Variable} (openssl rand -base64 {Length}).";

    /// <summary>Those of a deployment. Throws <see cref="UsageException"/> where the variable or the file holds none.</summary>
    public static SessionKeys Of(Place place, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(place);
        return FileVariables.Over(environment)(Variable) is { Length: > 0 } said ? Read(said)
            : place.IsShared ? OfThisProcess()
            : OfFolder(place.DataFolder);
    }

    /// <summary>New ones, which nobody else has and which end with the process.</summary>
    public static SessionKeys OfThisProcess() => new([RandomNumberGenerator.GetBytes(Length)], isKept: false);

    /// <summary>Those that a variable names. Throws <see cref="UsageException"/>.</summary>
    public static SessionKeys Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new([.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => SecretOf(part) ?? throw new UsageException(
            $"{Variable} must hold {Length} to {Longest} bytes in base64, or several with a comma between, the newest first. Make one with: openssl rand -base64 {Length}"))], isKept: true);
    }

    /// <summary>Those of a data folder, which this process holds; made when they are not there. Throws <see cref="UsageException"/>.</summary>
    public static SessionKeys OfFolder(string folder)
    {
        var file = Path.Combine(Path.GetFullPath(folder), FileName);
        try
        {
            if (!File.Exists(file))
            {
                Make(file);
            }

            return SecretOf(File.ReadAllText(file).Trim()) is { } secret ? new([secret], isKept: true, MarkOf(secret))
                : throw new UsageException($"'{file}' holds no key of sessions any more. Delete it: a new one is made, and everybody signs in again.");
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The key of sessions '{file}' cannot be used: {broken.Message}");
        }
    }

    /// <summary>None of them, so that they cannot slip into a log.</summary>
    public override string ToString() => "…";

    /// <summary>Whole or not at all: a process that is killed leaves a draft, which the next one replaces.</summary>
    private static void Make(string file)
    {
        var draft = file + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(draft, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)) + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, file);
    }

    /// <summary>The same for the same folder, and nothing from which its secret could be told.</summary>
    private static string MarkOf(byte[] secret) => "-" + Convert.ToHexStringLower(HMACSHA256.HashData(secret, "names of cookies"u8).AsSpan(0, MarkBytes));

    private static byte[]? SecretOf(string text)
    {
        var bytes = new byte[Longest];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= Length ? bytes[..length] : null;
    }
}
