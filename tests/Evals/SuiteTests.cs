namespace AiManager.Evals.Tests;

public sealed class SuiteTests
{
    private static readonly string Repository = Suites.Repository()!;

    public static TheoryData<string> Committed => [.. Suites.In(Repository)];

    [Theory]
    [MemberData(nameof(Committed))]
    public void A_committed_suite_reads_and_has_forty_cases_at_least_and_the_managers_sixty(string name)
    {
        var suite = Suites.Read(Repository, name);
        Assert.Equal(name, suite.Name);
        Assert.True(suite.Cases.Length >= (name == "manager" ? 60 : 40), $"{name} has {suite.Cases.Length} cases");
        Assert.True(Directory.Exists(Path.Combine(Repository, suite.Company)), suite.Company);
    }

    /// <summary>Made by <c>--mutants</c>: a row for each guard, with the cases that missed it.</summary>
    [Theory]
    [MemberData(nameof(Committed))]
    public void Every_guard_of_a_committed_suite_has_a_switch_and_stands_in_the_table_with_a_case_that_missed_it(string name)
    {
        var suite = Suites.Read(Repository, name);
        var guards = suite.Cases.SelectMany(c => c.Guards).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.Equal(guards, suite.Mutants.Select(m => m.Guard).Order(StringComparer.Ordinal));

        var rows = File.ReadLines(Path.Combine(Repository, "docs", "evals", "mutants.md")).Select(l => l.Split('|', StringSplitOptions.TrimEntries)).Where(r => r is [_, var of, ..] && of == name).ToList();
        Assert.Equal(guards, rows.Select(r => r[2]).Order(StringComparer.Ordinal));
        Assert.All(rows, row =>
        {
            var guarding = suite.Cases.Where(c => c.Guards.Contains(row[2])).Select(c => c.Name).ToHashSet();
            Assert.Equal(suite.Mutants.Single(m => m.Guard == row[2]).Removes, row[3]);
            Assert.Equal(guarding.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), row[4]);
            Assert.Subset(guarding, row[5].Split("; ").Select(c => c.Split(" (")[0]).ToHashSet());
        });
    }

    /// <summary>A case that was deleted or renamed is told by the build, and one that nobody has measured yet.</summary>
    [Fact]
    public void The_baseline_knows_every_case_of_every_suite_and_no_other() => Assert.Equal(
        Suites.In(Repository).SelectMany(s => Suites.Read(Repository, s).Cases).Select(c => c.FullName).Order(StringComparer.Ordinal),
        Baseline.Read(Path.Combine(Repository, "evals", Baseline.FileName)).Cases.Order(StringComparer.Ordinal));

    /// <summary>Nothing bad happens where a script no longer reads its order: a case of an attack must see it tried.</summary>
    [Fact]
    public void Every_case_of_an_attack_demands_that_it_was_tried() => Assert.All(
        Suites.Read(Repository, "injection").Cases.Where(c => !c.Guards.Contains("honest")),
        c => Assert.True(c.Expected.Tried.Any(e => e.Type is "CallProposed" or "DeliverableSubmitted" or "MessagePosted"), c.Name));

    /// <summary>A model of its own mind reads no scripts: what is wrong in them is not wrong with it.</summary>
    [Fact]
    public void Most_cases_of_every_suite_are_good_for_a_real_model_too() => Assert.All(
        Suites.In(Repository).Select(s => Suites.Read(Repository, s)),
        s => Assert.True(s.Cases.Count(c => !c.ChangesScripts) * 2 > s.Cases.Length, $"{s.Name}: {s.Cases.Count(c => c.ChangesScripts)} of {s.Cases.Length} change scripts"));

    /// <summary>Two out of sixty-four looked at the plan once.</summary>
    [Fact]
    public void Most_cases_of_the_manager_look_at_the_plan()
    {
        var cases = Suites.Read(Repository, "manager").Cases;
        Assert.True(cases.Count(c => c.Expected.Plan is not null) * 2 > cases.Length);
    }

    [Theory]
    [InlineData("expect: { exit: 0 }", "expect: { exits: 0 }", "suite.yaml:6:15: Unknown key 'exits'.")]
    [InlineData("guards: [a]\n    approve", "approve", "No case guards 'a'.")]
    [InlineData("goal: Do it.", "goal: Do it.\n    wordings: [x]", "suite.yaml:4:5: A case has either a 'goal' or 'wordings'.")]
    [InlineData("expect: { exit: 0 }", "expect: {}", "cannot fail")]
    [InlineData("expect: { exit: 0 }", "expect: { events: [ { type: NoEvent, count: 1 } ] }", "There is no event 'NoEvent'.")]
    [InlineData("expect: { exit: 0 }", "expect: { never: [ { type: CallStarted, where: 'result.' } ] }", "This is no condition")]
    [InlineData("expect: { exit: 0 }", "expect: { world: [ { ask: nothing, is: [] } ] }", "The suite has no question 'nothing'.")]
    [InlineData("expect: { exit: 0 }", "expect: { plan: none }", "The suite has no plan 'none'.")]
    [InlineData("guards: [a]\n", "guards: [a]\nmutants: [ { guard: a } ]\n", "has either 'trouble'")]
    [InlineData("guards: [a]\n", "guards: [a]\nmutants: [ { guard: a, without: everything } ]\n", "Nothing is called 'everything'.")]
    [InlineData("name: one", "name: One Case", "'One Case' is no name for a case")]
    public void A_mistake_is_named_with_its_place(string find, string replace, string named)
    {
        const string Sound = "suite: suite\ncompany: samples/procurement\ncases:\n  - name: one\n    goal: Do it.\n    expect: { exit: 0 }\n    guards: [a]\n    approve: []\nguards: [a]\n";
        Assert.Contains(find, Sound, StringComparison.Ordinal);
        var path = Path.Combine(Directory.CreateTempSubdirectory("aimanager-").FullName, "suite.yaml");
        var at = Sound.LastIndexOf(find, StringComparison.Ordinal);
        File.WriteAllText(path, Sound[..at] + replace + Sound[(at + find.Length)..]);
        var broken = Assert.Throws<ConfigException>(() => SuiteReader.Read(path));
        Assert.Contains(named, broken.Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
