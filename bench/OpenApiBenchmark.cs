using System.Diagnostics;
using System.Globalization;
using AiManager.Tools;

namespace AiManager.Bench;

/// <summary>How long it takes to read OpenAPI documents in JSON, how much of each can be called, and why the rest cannot.</summary>
internal static class OpenApiBenchmark
{
    public static int Run(string[] files)
    {
        Console.WriteLine("| document | MB | operations | unusable | ms | one operation, ms |");
        Console.WriteLine("|--|--:|--:|--:|--:|--:|");
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            OpenApiDocument.Read(text);   // the first time also compiles
            var begun = Stopwatch.GetTimestamp();
            var document = OpenApiDocument.Read(text);
            var whole = Stopwatch.GetElapsedTime(begun);
            var wanted = document.Operations[0].Name;
            begun = Stopwatch.GetTimestamp();
            OpenApiDocument.Read(text, name => name == wanted);
            var one = Stopwatch.GetElapsedTime(begun);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {document.Title} | {text.Length / 1048576.0:N1} | {document.Operations.Length:N0} | {document.Unusable.Length:N0} | {whole.TotalMilliseconds:N0} | {one.TotalMilliseconds:N0} |"));
            foreach (var reason in document.Unusable.GroupBy(u => u.Reason).OrderByDescending(g => g.Count()).Take(8))
            {
                Console.WriteLine($"  {reason.Count()} × {reason.Key} (such as {reason.First().Name})");
            }
        }

        return 0;
    }
}
