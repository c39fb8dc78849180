using System.Reflection;
using System.Text.RegularExpressions;

namespace AiManager.Memory;

/// <summary>One numbered step of a store's schema.</summary>
/// <param name="Number">1, 2, 3 … without gaps.</param>
/// <param name="Oldest">The oldest program that may still use a store with this step.</param>
/// <param name="Sql">What it does.</param>
internal sealed partial record Migration(int Number, Version Oldest, string Sql)
{
    /// <summary>All steps of a provider, in order: the files <c>Migrations/PROVIDER/NNNN_name.sql</c>, which are part of this assembly.</summary>
    public static IReadOnlyList<Migration> Of(string provider)
    {
        var assembly = typeof(Migration).Assembly;
        var steps = assembly.GetManifestResourceNames()
            .Select(name => (Name: name, Match: FileName().Match(name)))
            .Where(file => file.Match.Success && file.Match.Groups["provider"].Value == provider)
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => Read(assembly, file.Name, int.Parse(file.Match.Groups["number"].Value)))
            .ToList();
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Number != i + 1)
            {
                throw new InvalidOperationException($"Migration {i + 1} of {provider} is missing.");
            }
        }

        return steps;
    }

    private static Migration Read(Assembly assembly, string name, int number)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        var sql = reader.ReadToEnd();
        var oldest = OldestProgram().Match(sql);
        return oldest.Success
            ? new Migration(number, Version.Parse(oldest.Groups["version"].Value), sql)
            : throw new InvalidOperationException($"{name} does not say in its first line which program is the oldest that may use it.");
    }

    [GeneratedRegex(@"^Migrations/(?<provider>\w+)/(?<number>\d{4})_\w+\.sql$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\A-- oldest program: (?<version>\d+\.\d+\.\d+)\s")]
    private static partial Regex OldestProgram();
}
