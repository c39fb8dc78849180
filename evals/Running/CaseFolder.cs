using System.Collections.Immutable;
using System.Data.Common;
using AiManager.Host;

namespace AiManager.Evals;

/// <summary>A company of a case's own, and where its runs leave everything; gone when it is disposed.</summary>
internal sealed class CaseFolder : IDisposable
{
    private const string World = "world.sql";
    private readonly string _root = Directory.CreateTempSubdirectory("aimanager-eval-").FullName;

    /// <summary>Copies a company.</summary>
    /// <param name="company">Its folder; the copy is called the same, because a world is named after it.</param>
    public CaseFolder(string company)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(company)));
        Company = Path.Combine(_root, name);
        Data = Path.Combine(_root, "data");
        WorldFile = Path.Combine(Data, "worlds", name + ".db");
        foreach (var file in Directory.EnumerateFiles(company, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Company, Path.GetRelativePath(company, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The copy.</summary>
    public string Company { get; }

    /// <summary>The data folder of its runs.</summary>
    public string Data { get; }

    /// <summary>The world's database, once a run has made it.</summary>
    public string WorldFile { get; }

    /// <summary>The company's time zone: its day is the world's.</summary>
    public TimeZoneInfo Zone
    {
        get
        {
            var faults = ImmutableArray.CreateBuilder<ConfigFault>();
            var settings = YamlText.Read("company.yaml", File.ReadAllText(Path.Combine(Company, "company.yaml")).ReplaceLineEndings("\n"), 1, faults);
            return settings?["timeZone"] is ConfigNode.Scalar zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone.Text, out var found) ? found : TimeZoneInfo.Utc;
        }
    }

    /// <summary>Changes the copy. Throws <see cref="ConfigException"/> when there is nothing to change.</summary>
    public void Apply(Trouble trouble)
    {
        switch (trouble)
        {
            case Trouble.World world:
                File.AppendAllText(Path.Combine(Company, World), Environment.NewLine + world.Sql + Environment.NewLine);
                break;
            case Trouble.File file:
                Replace(file);
                break;
        }
    }

    /// <summary>Changes the world that a run has made. Throws <see cref="DbException"/>.</summary>
    public async Task ChangeWorldAsync(string sql, CancellationToken cancellationToken)
    {
        await using var world = new SqliteProvider().Open($"Data Source={WorldFile}", isReadOnly: false);
        await using var command = world.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Replace(Trouble.File trouble)
    {
        var path = Path.GetFullPath(Path.Combine(Company, trouble.Path));
        if (!path.StartsWith(Company + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw Fault(trouble, $"'{trouble.Path}' is not in the company.");
        }

        if (trouble.Find is not { } find)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, trouble.Replacement);
            return;
        }

        var text = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : throw Fault(trouble, $"The company has no '{trouble.Path}'.");
        var at = text.IndexOf(find, StringComparison.Ordinal);
        if (at < 0)
        {
            throw Fault(trouble, $"'{trouble.Path}' has no '{find}': the trouble would be none.");
        }

        File.WriteAllText(path, text[..at] + trouble.Replacement + text[(at + find.Length)..]);
    }

    private static ConfigException Fault(Trouble.File trouble, string message) => new([new ConfigFault(trouble.Place, message)]);
}
