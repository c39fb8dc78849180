namespace AiManager.Tools.Tests;

/// <summary>What matching transforms together make of arguments, in any order of the rules the same; what contradicts itself is not made.</summary>
public sealed class ArgumentChangesTests
{
    private static readonly ConfigPlace Nowhere = new("f", 1, 1);

    /// <summary>Changes as <c>rule: arg how value</c>, joined by <c>; </c>.</summary>
    [Theory]
    [InlineData("""{"n":9}""", "r: n atMost 5", """{"n":5}""", "n: at most 5 (r)")]
    [InlineData("""{"n":5}""", "r: n atMost 5", """{"n":5}""", "")]
    [InlineData("""{"n":4}""", "r: n atMost 5", """{"n":4}""", "")]
    [InlineData("""{"b":1,"a":2}""", "r: a atMost 5", """{"b":1,"a":2}""", "")]
    [InlineData("""{"n":9}""", "r: n atMost 5; q: n atMost 3", """{"n":3}""", "n: at most 3 (q, r)")]
    [InlineData("""{"n":9}""", "r: n atMost 3; q: n atMost 5", """{"n":3}""", "n: at most 3 (q, r)")]
    [InlineData("""{"b":9,"a":9}""", "r: b atMost 1; q: a atMost 2", """{"a":2,"b":1}""", "a: at most 2 (q); b: at most 1 (r)")]
    [InlineData("""{"n":9}""", "r: n atMost 5; q: n set 3", """{"n":3}""", "n: set to 3 (q, r)")]
    [InlineData("""{"n":9}""", "r: n atMost 5; q: n set 5", """{"n":5}""", "n: set to 5 (q, r)")]
    [InlineData("""{"n":9}""", "r: n atMost 5; p: n atMost 3; q: n set 2", """{"n":2}""", "n: set to 2 (p, q, r)")]
    [InlineData("""{"n":[9,1]}""", "r: n atMost 5", """{"n":[5,1]}""", "n: at most 5 (r)")]
    [InlineData("""{"n":[2,1]}""", "r: n atMost 5", """{"n":[2,1]}""", "")]
    [InlineData("""{"n":["a",null]}""", "r: n redact", """{"n":["[redacted]",null]}""", "n: redacted (r)")]
    [InlineData("""{"n":["a","b"]}""", "r: n set 1", """{"n":1}""", "n: set to 1 (r)")]
    [InlineData("""{"n":"secret"}""", "r: n redact; q: n redact", """{"n":"[redacted]"}""", "n: redacted (q, r)")]
    [InlineData("""{"a":1}""", "r: n redact", """{"a":1}""", "")]
    [InlineData("""{"m":"x"}""", "r: m.n redact", """{"m":"x"}""", "")]
    [InlineData("""{"a":1}""", "r: m.n redact", """{"a":1}""", "")]
    [InlineData("""{"m":[{"n":9},{"n":1}]}""", "r: m.n atMost 5", """{"m":[{"n":5},{"n":1}]}""", "m.n: at most 5 (r)")]
    [InlineData("""{"m":[{"n":1},{"n":9}]}""", "r: m.n atMost 5", """{"m":[{"n":1},{"n":5}]}""", "m.n: at most 5 (r)")]
    [InlineData("""{"n":[1]}""", "r: n add 3; q: n add 2", """{"n":[1,2,3]}""", "n: 2 added, 3 added (q, r)")]
    [InlineData("""{"n":[1]}""", "r: n add 2; q: n add 3; p: n add 2", """{"n":[1,2,3]}""", "n: 2 added, 3 added (p, q, r)")]
    [InlineData("""{"n":[2]}""", "r: n add 2", """{"n":[2]}""", "")]
    [InlineData("""{}""", "r: n add 2", """{"n":[2]}""", "n: 2 added (r)")]
    public void Changes_that_go_together_are_made_once(string args, string rules, string expected, string changes)
    {
        var (made, said, hindrance) = ArgumentChanges.Apply(Rules(rules), JsonText.Parse(args));

        Assert.Null(hindrance);
        Assert.Equal(expected, made.Text);
        Assert.Equal(changes, string.Join("; ", said.Select(c => $"{c.Arg}: {c.Change} ({string.Join(", ", c.Rules)})")));
    }

    [Theory]
    [InlineData("""{"n":9}""", "r: n atMost 5; q: n set 6", "contradict one another about n")]
    [InlineData("""{"n":9}""", "r: n atMost 5; p: n atMost 3; q: n set 4", "contradict one another about n")]
    [InlineData("""{"n":9}""", "r: n atMost 5; q: n set \"x\"", "contradict one another about n")]
    [InlineData("""{"n":9}""", "r: n atMost 5; q: n set 3; p: n set 2", "contradict one another about n")]
    [InlineData("""{"n":9}""", "r: n set 3; p: n set 2", "contradict one another about n")]
    [InlineData("""{"n":"x"}""", "r: n redact; q: n set \"y\"", "contradict one another about n")]
    [InlineData("""{"n":9}""", "r: n redact; q: n atMost 5", "contradict one another about n")]
    [InlineData("""{"n":[1]}""", "r: n add 3; q: n atMost 5", "contradict one another about n")]
    [InlineData("""{}""", "r: n atMost 5", "caps n, so it must be given, as a number")]
    [InlineData("""{"n":"many"}""", "r: n atMost 5", "caps n, so it must be given, as a number")]
    [InlineData("""{"n":[1,"many"]}""", "r: n atMost 5", "caps n, so it must be given, as a number")]
    [InlineData("""{"m":"x"}""", "r: m.n atMost 5", "caps m.n, so it must be given, as a number")]
    [InlineData("""{"m":"x"}""", "r: m.n set 5", "sets m.n, for which there is no place")]
    [InlineData("""{"n":"x"}""", "r: n add 5", "adds to n, which is no list here")]
    [InlineData("""[1]""", "r: n set 5", "not ones that can be changed")]
    [InlineData("""{"n":1,"n":2}""", "r: n set 5", "not ones that can be changed")]
    public void What_cannot_be_made_is_made_in_no_part(string args, string rules, string why)
    {
        var given = JsonText.Parse(args);
        var (made, changes, hindrance) = ArgumentChanges.Apply(Rules("z: a set 1; " + rules), given);

        Assert.Contains(why, hindrance, StringComparison.Ordinal);
        Assert.Equal((given, true), (made, changes.IsEmpty));
    }

    [Theory]
    [InlineData("number", "AtMost", true)]
    [InlineData("numbers", "AtMost", true)]
    [InlineData("anything", "AtMost", true)]
    [InlineData("text", "AtMost", false)]
    [InlineData("texts", "AtMost", false)]
    [InlineData("text", "Redact", true)]
    [InlineData("texts", "Redact", true)]
    [InlineData("numbers", "Redact", false)]
    [InlineData("numbers", "Add", true)]
    [InlineData("number", "Add", false)]
    [InlineData("anything", "Add", true)]
    [InlineData("numbers", "Set", true)]
    [InlineData("nothing", "Set", false)]
    public void A_change_fits_an_argument_of_its_kind_or_each_element_of_a_list(string arg, string kind, bool fits)
    {
        var fields = new Dictionary<string, WhenType>(StringComparer.Ordinal)
        {
            ["number"] = new WhenType.Number(),
            ["numbers"] = new WhenType.List(new WhenType.Number()),
            ["text"] = new WhenType.Text(),
            ["texts"] = new WhenType.List(new WhenType.Text()),
            ["anything"] = new WhenType.Dynamic(),
        };

        Assert.Equal(fits, ChangeBinder.Misfit([new RuleChange(arg, Enum.Parse<ChangeKind>(kind), 0, JsonText.Null, Nowhere)], new WhenType.Record(fields)) is null);
    }

    private static List<PolicyRule> Rules(string rules) => [.. rules.Split("; ").Select(Rule)];

    private static PolicyRule Rule(string rule)
    {
        var parts = rule.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries);
        var change = parts[2] switch
        {
            "atMost" => new RuleChange(parts[1], ChangeKind.AtMost, decimal.Parse(parts[3], System.Globalization.CultureInfo.InvariantCulture), JsonText.Null, Nowhere),
            "redact" => new RuleChange(parts[1], ChangeKind.Redact, 0, JsonText.Null, Nowhere),
            "set" => new RuleChange(parts[1], ChangeKind.Set, 0, JsonText.Parse(parts[3]), Nowhere),
            _ => new RuleChange(parts[1], ChangeKind.Add, 0, JsonText.Parse(parts[3]), Nowhere),
        };
        return new PolicyRule(parts[0], Effect.Transform, [], [], null, null, Approvers.None, Nowhere) { Changes = [change] };
    }
}
