namespace AiManager.Evals.Tests;

public sealed class SuiteTests
{
    private static readonly string Repository = Suites.Repository()!;

    public static TheoryData<string> Committed => [.. Suites.In(Repository)];

    [Theory]
    [MemberData(nameof(Committed))]
    public void A_committed_suite_reads_and_has_forty_cases_at_least(string name)
    {
        var suite = Suites.Read(Repository, name);
        Assert.Equal(name, suite.Name);
        Assert.True(suite.Cases.Length >= 40, $"{name} has {suite.Cases.Length} cases");
        Assert.True(Directory.Exists(Path.Combine(Repository, suite.Company)), suite.Company);
    }

    [Theory]
    [InlineData("expect: { exit: 0 }", "expect: { exits: 0 }", "suite.yaml:6:15: Unknown key 'exits'.")]
    [InlineData("guards: [a]\n    approve", "approve", "No case guards 'a'.")]
    [InlineData("goal: Do it.", "goal: Do it.\n    wordings: [x]", "suite.yaml:4:5: A case has either a 'goal' or 'wordings'.")]
    [InlineData("expect: { exit: 0 }", "expect: {}", "cannot fail")]
    [InlineData("expect: { exit: 0 }", "expect: { events: [ { type: NoEvent, count: 1 } ] }", "There is no event 'NoEvent'.")]
    [InlineData("expect: { exit: 0 }", "expect: { never: [ { type: CallStarted, where: 'result.' } ] }", "This is no condition")]
    [InlineData("expect: { exit: 0 }", "expect: { world: [ { ask: nothing, is: [] } ] }", "The suite has no question 'nothing'.")]
    [InlineData("name: one", "name: One Case", "'One Case' is no name for a case")]
    public void A_mistake_is_named_with_its_place(string find, string replace, string named)
    {
        const string Sound = "suite: suite\ncompany: samples/procurement\ncases:\n  - name: one\n    goal: Do it.\n    expect: { exit: 0 }\n    guards: [a]\n    approve: []\nguards: [a]\n";
        Assert.Contains(find, Sound, StringComparison.Ordinal);
        var path = Path.Combine(Directory.CreateTempSubdirectory("aimanager-").FullName, "suite.yaml");
        File.WriteAllText(path, Sound.Replace(find, replace, StringComparison.Ordinal));
        var broken = Assert.Throws<ConfigException>(() => SuiteReader.Read(path));
        Assert.Contains(named, broken.Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
