using System.Runtime.InteropServices;
using System.Text;

namespace AiManager.Memory;

/// <summary>Files that are whole and on disk under their name, or not there at all.</summary>
public static class DurableFile
{
    /// <summary>
    /// Gives a written draft its name, so that it survives a power cut from here on: first its bytes, then its name in the folder. Replaces nothing; throws
    /// <see cref="IOException"/> when the name is taken or the disk does not take it.
    /// </summary>
    public static void Publish(string draft, string target)
    {
        using (var file = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, target, overwrite: false);
        if (!OperatingSystem.IsWindows())
        {
            FlushFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
        }
    }

    private static void FlushFolder(string folder)
    {
        var handle = Open([.. Encoding.UTF8.GetBytes(folder), 0], 0);
        if (handle < 0)
        {
            throw new IOException($"The folder {folder} cannot be opened to put it on disk.");
        }

        var isDone = Flush(handle) == 0;
        _ = Close(handle);
        if (!isDone)
        {
            throw new IOException($"The folder {folder} cannot be put on disk.");
        }
    }

    [DllImport("libc", EntryPoint = "open"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(int handle);

    [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
