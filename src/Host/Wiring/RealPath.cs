namespace AiManager.Host;

/// <summary>Where a path really leads, with every symbolic link on the way followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The path without links; null when it turns in circles. What does not exist stays as it is written.</summary>
    public static string? Of(string path)
    {
        var rest = new Stack<string>(Parts(Path.GetFullPath(path)));
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        for (var links = 0; rest.TryPop(out var part);)
        {
            var next = Path.GetFullPath(Path.Combine(real, part));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            var led = Path.GetFullPath(Path.Combine(real, target));
            real = Path.GetPathRoot(led)!;
            foreach (var step in Parts(led))
            {
                rest.Push(step);
            }
        }

        return real;
    }

    /// <summary>True when <paramref name="path"/> is <paramref name="folder"/> or lies in it; both without links.</summary>
    public static bool IsWithin(string folder, string path) =>
        path == folder || path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Last part first, so that they come off a stack in order.
    private static IEnumerable<string> Parts(string full) =>
        full[Path.GetPathRoot(full)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
