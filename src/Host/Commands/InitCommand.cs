using System.CommandLine;

namespace AiManager.Host;

/// <summary><c>init DIR</c>: a new company folder to edit, small and working.</summary>
internal static class InitCommand
{
    private const string Folder = "company/";

    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "The folder to make. Files that are there are never overwritten." };
        return new Command("init", "A new company folder to edit.") { directory }.Does(terminal, async (line, cancellationToken) =>
        {
            var target = Path.GetFullPath(line.GetRequiredValue(directory));
            await WriteAsync(target, cancellationToken);
            await terminal.Out.WriteLineAsync($"Made a company in {target}. Try it: submit \"Answer the open requests.\" --company {target}; its README.md says what to edit.");
            return Exit.Completed;
        });
    }

    /// <summary>Copies the template, all files or none. Throws <see cref="UsageException"/> naming what is in the way.</summary>
    private static async Task WriteAsync(string target, CancellationToken cancellationToken)
    {
        var program = typeof(InitCommand).Assembly;
        var names = program.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var taken = names.Select(n => Path.Combine(target, n[Folder.Length..])).Where(File.Exists).ToList();
        if (taken.Count > 0 || File.Exists(target))
        {
            throw new UsageException($"Nothing was written: {string.Join(", ", taken.DefaultIfEmpty(target))} is there already.");
        }

        try
        {
            foreach (var name in names)
            {
                var path = Path.Combine(target, name[Folder.Length..]);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await using var from = program.GetManifestResourceStream(name)!;
                await using var to = new FileStream(path, FileMode.CreateNew);
                await from.CopyToAsync(to, cancellationToken);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The folder '{target}' cannot be written: {fault.Message}");
        }
    }
}
