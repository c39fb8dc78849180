using System.Diagnostics;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// Everything of an embedded deployment, held by one process at a time. <c>in-use</c> carries an operating system's lock, which ends with the process
/// however that ends; <c>lock</c> says who holds it, and for a server how to reach it.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string InfoFile = "lock";
    private const string HeldFile = "in-use";
    private const int Attempts = 20;
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _held;

    private DataFolder(string path, FileStream held) => (FullPath, _held) = (path, held);

    /// <summary>The folder, absolute.</summary>
    public string FullPath { get; }

    /// <summary>Where a folder's journal lies.</summary>
    public static string JournalOf(string path) => Path.Combine(Path.GetFullPath(path), "aimanager.db");

    /// <summary>Where a company's world lies.</summary>
    public static string WorldOf(string path, string name) => Path.Combine(Path.GetFullPath(path), "worlds", name + ".db");

    /// <summary>Takes the folder for this process, and makes it when it is not there. A dead process's entry is taken over.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="time">For a moment's patience with somebody who only looks, or has not said yet who it is.</param>
    /// <param name="cancellationToken">Stops; nothing is held then.</param>
    public static async Task<DataFolderResult> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        try
        {
            MakeFolder(full);
            for (var attempt = 0; ; attempt++)
            {
                if (TryHold(full) is { } held)
                {
                    var folder = new DataFolder(full, held);
                    folder.Announce(new DataHolder(Environment.ProcessId, null, null));
                    return new DataFolderResult.Taken(folder);
                }

                var holder = ReadHolder(full);
                if (attempt == Attempts || (holder is { Pid: > 0 } && IsAlive(holder.Pid)))
                {
                    return new DataFolderResult.InUse(full, holder);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The data folder '{path}' cannot be used: {broken.Message}");
        }
    }

    /// <summary>Takes the folder for this process. Throws <see cref="DataFolderInUseException"/> when another one has it, and as <see cref="TakeAsync"/>.</summary>
    public static async Task<DataFolder> TakeOrRefuseAsync(string path, CancellationToken cancellationToken) => await TakeAsync(path, TimeProvider.System, cancellationToken) switch
    {
        DataFolderResult.Taken taken => taken.Folder,
        DataFolderResult.InUse taken => throw new DataFolderInUseException(taken),
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Opens something on the folder in this process when it is free, or through the server that has it. Throws <see cref="DataFolderInUseException"/> when another process has it and is no server.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="here">Opens it on the folder, which is the thing's from then on.</param>
    /// <param name="there">Opens it on the server, which is the thing's from then on.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<TOpened> OpenAsync<TOpened>(string path, Func<DataFolder, Task<TOpened>> here, Func<LoopbackClient, Task<TOpened>> there, CancellationToken cancellationToken) =>
        await TakeAsync(path, TimeProvider.System, cancellationToken) switch
        {
            DataFolderResult.Taken taken => await here(taken.Folder),
            DataFolderResult.InUse { Holder: { Url: { } url, Token: { } token } } => await there(new LoopbackClient(new Uri(url), token)),
            DataFolderResult.InUse taken => throw new DataFolderInUseException(taken),
            _ => throw new UnreachableException(),
        };

    /// <summary>Who holds a folder now; null when nobody does.</summary>
    public static DataHolder? HolderOf(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(Path.Combine(full, InfoFile)))
        {
            return null; // without touching the lock, which somebody may be about to take
        }

        using var held = TryHold(full);
        return held is null ? ReadHolder(full) ?? DataHolder.Unknown : null;
    }

    /// <summary>Says who holds the folder, in a file that only its owner can read, whole or not at all.</summary>
    public void Announce(DataHolder holder)
    {
        var info = Path.Combine(FullPath, InfoFile);
        var draft = info + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var stream = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(stream, holder, DataHolderJson.Default.DataHolder);
        }

        File.Move(draft, info, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // While it is still held: whoever takes it next writes a new one.
        File.Delete(Path.Combine(FullPath, InfoFile));
        _held.Dispose();
    }

    /// <summary>Makes a folder that only its owner can look into, when it is not there.</summary>
    public static void MakeFolder(string full)
    {
        if (Directory.Exists(full))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(full);
        }
        else
        {
            Directory.CreateDirectory(full, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static FileStream? TryHold(string full)
    {
        try
        {
            return new FileStream(Path.Combine(full, HeldFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken.HResult is WouldBlockOnLinux or WouldBlockOnMac or SharingViolation)
        {
            return null;
        }
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static DataHolder? ReadHolder(string full)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(full, InfoFile)), DataHolderJson.Default.DataHolder);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // just being taken or let go
        }
    }
}
