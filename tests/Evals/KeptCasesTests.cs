namespace AiManager.Evals.Tests;

/// <summary>What a stopped run has finished is not repeated, and nothing else is taken for it.</summary>
public sealed class KeptCasesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("aimanager-").FullName;
    private readonly EvalSuite _suite;

    public KeptCasesTests()
    {
        Put("evals/suites/suite.yaml", "suite: suite\ncompany: worlds/one\ncases:\n  - name: one\n    goal: Do it.\n    expect: { exit: 0 }\n");
        Put("worlds/one/world.sql", "select 1;");
        Put("evals/overlays/other/world.sql", "select 1;");
        Put("bin/AiManager.Host.dll", "host");
        Put("bin/AiManager.Tools.dll", "tools");
        Put("bin/AiManager.Evals.dll", "graders");
        Put("bin/AiManager.Evals.deps.json", "versions");
        Put("bin/Other.dll", "other");
        _suite = SuiteReader.Read(Path.Combine(_root, "evals/suites/suite.yaml"));
    }

    [Fact]
    public async Task A_finished_case_is_found_again_as_long_as_nothing_has_changed()
    {
        await KeepAsync();
        Assert.NotNull(Find("m at u"));
        Put("bin/Other.dll", "changed");
        Assert.NotNull(Find("m at u"));
    }

    /// <summary>Its endpoint may have been away: the next run asks again.</summary>
    [Fact]
    public async Task What_could_not_be_run_to_its_end_is_not_kept()
    {
        await Kept("m at u").KeepAsync(_suite, _suite.Cases[0], CaseResult.Broken(_suite.Cases[0], "away"), CancellationToken.None);
        Assert.Null(Find("m at u"));
    }

    [Theory]
    [InlineData("evals/suites/suite.yaml")]
    [InlineData("worlds/one/world.sql")]
    [InlineData("worlds/one/new.yaml")]
    [InlineData("evals/overlays/other/world.sql")]
    [InlineData("bin/AiManager.Tools.dll")]
    [InlineData("bin/AiManager.Evals.dll")]
    [InlineData("bin/AiManager.Evals.deps.json")]
    public async Task A_finished_case_is_not_taken_for_one_of_another_program_suite_or_world(string changed)
    {
        await KeepAsync();
        Put(changed, "changed");
        Assert.Null(Find("m at u"));
    }

    [Fact]
    public async Task The_same_model_elsewhere_is_another_model()
    {
        await KeepAsync();
        Assert.Null(Find("m at v"));
        Assert.NotEqual(new ModelChoice("http://a/v1", "m").Identity, new ModelChoice("http://b/v1", "m").Identity);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Task KeepAsync() => Kept("m at u").KeepAsync(_suite, _suite.Cases[0], CaseResult.Broken(_suite.Cases[0], "why") with { HasRun = true }, CancellationToken.None);

    private CaseResult? Find(string model) => Kept(model).Find(_suite, _suite.Cases[0]);

    private KeptCases Kept(string model) => new(Path.Combine(_root, "out"), _root, model, Path.Combine(_root, "bin"));

    private void Put(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
