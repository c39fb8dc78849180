namespace AiManager.Bench;

/// <summary>The sample <c>procurement</c>, which lies in the repository above this program.</summary>
internal static class SampleCompany
{
    /// <summary>Copies it, each file as <paramref name="changed"/> makes it.</summary>
    public static void Copy(string folder, Func<string, string> changed)
    {
        var from = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(from.FullName, "samples", "procurement")))
        {
            from = from.Parent ?? throw new InvalidOperationException("There is no samples folder above this program.");
        }

        var sample = Path.Combine(from.FullName, "samples", "procurement");
        foreach (var file in Directory.EnumerateFiles(sample, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(folder, Path.GetRelativePath(sample, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.WriteAllText(to, changed(File.ReadAllText(file)));
        }
    }
}
