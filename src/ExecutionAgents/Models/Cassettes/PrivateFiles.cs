namespace AiManager.ExecutionAgents;

/// <summary>Files that only their owner may read: a recording holds in the clear what the journal seals. On Windows the folder that they are put into decides.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder, with those above it, where they are not there; one that is there stays as it is.</summary>
    public static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        // One by one: a mode is the last folder's alone.
        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } above)
        {
            MakeFolder(above);
        }

        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Puts a text into a file, all or nothing: a run may be stopped at any time.</summary>
    public static void Write(string path, string text)
    {
        var draft = path + ".new";
        File.Delete(draft); // one that somebody else left would keep its mode
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new StreamWriter(draft, options))
        {
            file.Write(text);
        }

        File.Move(draft, path, overwrite: true);
    }
}
