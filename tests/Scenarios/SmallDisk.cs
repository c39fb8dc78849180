using System.Diagnostics;

namespace AiManager.Scenarios.Tests;

/// <summary>A small file system of a test's own, in memory, that can be filled and emptied again.</summary>
internal sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<string?> WhyNone = new(() =>
    {
        try
        {
            using var disk = new SmallDisk(1);
            return null;
        }
        catch (Exception refused) when (refused is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"A small file system cannot be mounted here: {refused.Message}";
        }
    });

    /// <param name="megabytes">How large it is.</param>
    public SmallDisk(int megabytes)
    {
        Folder = Directory.CreateTempSubdirectory("aimanager-disk-").FullName;
        try
        {
            Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Folder);
        }
        catch
        {
            Directory.Delete(Folder);
            throw;
        }
    }

    /// <summary>Why there can be none; null when there can.</summary>
    public static string? Missing => WhyNone.Value;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Leaves so much room, give or take a page.</summary>
    public void Fill(int leaving)
    {
        var free = new DriveInfo(Folder).AvailableFreeSpace - leaving;
        using var ballast = new FileStream(Ballast, FileMode.Append);
        ballast.Write(new byte[Math.Max(0, free)]);
    }

    /// <summary>Makes room.</summary>
    public void Empty() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "-l", Folder); // also while a process that is being killed still has files there
        Directory.Delete(Folder);
    }

    private static void Run(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(errors);
        }
    }
}

/// <summary>A test that needs a <see cref="SmallDisk"/>; skipped with the reason where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Missing;
}

/// <summary>As <see cref="SmallDiskFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskTheoryAttribute : TheoryAttribute
{
    public SmallDiskTheoryAttribute() => Skip = SmallDisk.Missing;
}
