using AiManager.Bench;

const int BadUsage = 2;

if (args is [WritersLoad.Verb, .. var load])
{
    return await WritersLoad.ServeAsync(load);
}

if (args is not [var name, .. var rest] || Benchmark.All.FirstOrDefault(b => b.Name == name) is not { } benchmark)
{
    return Usage();
}

if (Options.Fault(benchmark.Usage, rest) is { } fault)
{
    await Console.Error.WriteLineAsync($"{fault} {benchmark.Line}");
    return BadUsage;
}

return await benchmark.RunAsync(rest);

static int Usage()
{
    Console.WriteLine("dotnet run -c Release --project bench -- NAME");
    Console.WriteLine();
    foreach (var one in Benchmark.All)
    {
        Console.WriteLine($"  {one.Name} {one.Usage}\n      {one.About}");
    }

    Console.WriteLine(
        """

        Those that take --postgres run on SQLite unless it is given. PostgreSQL is a server of our own in a temporary folder, for which it must be installed here,
        or the one that --store CONNECTION names, on which databases may be created.
        """);
    return BadUsage;
}
