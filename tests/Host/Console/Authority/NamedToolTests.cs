using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary>Rules about tools that a source is asked for: the files need not list them, and what nobody knows here is not called a fault.</summary>
public sealed class NamedToolTests
{
    private const string Reader = "---\nname: reader\nskills: [reading]\ntools: [files.read]\n---\nRead.\n";
    private const string All = "  - { id: all, effect: allow, agents: [reader], tools: [\"files.*\"] }\n";
    private const string Never = "  - { id: never, effect: deny, tools: [files.delete_file], reason: Nobody deletes. }\n";

    [Fact]
    public void A_rule_may_name_a_tool_that_only_its_source_knows_and_is_told_so()
    {
        var company = Load(All + Never);
        Assert.Contains(company.Warnings, w => w.Message.Contains("'files.delete_file'", StringComparison.Ordinal) && w.Message.Contains("its source knows", StringComparison.Ordinal));
        Assert.DoesNotContain(company.Warnings, w => w.Message.Contains("'files.read'", StringComparison.Ordinal)); // an agent lists it
        var refused = Assert.Throws<ConfigException>(() => Load(Never.Replace("files.delete_file", "elsewhere.delete_file", StringComparison.Ordinal)));
        Assert.Contains("There is no tool 'elsewhere.delete_file'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Taking_away_the_one_rule_that_names_such_a_tool_lets_more_through_and_naming_it_does_not()
    {
        var (with, without) = (Analyst(Load(All + Never)), Analyst(Load(All)));
        var wider = Assert.Single(with.DiffTo(without).Changes, c => c.Tool == "files.delete_file");
        Assert.Equal((true, Effect.Deny, Effect.Allow), (wider.IsWider, wider.Before, wider.After));
        Assert.False(without.DiffTo(with).IsWider);
    }

    [Fact]
    public void A_pattern_that_only_what_a_source_has_can_match_is_no_fault_where_nobody_has_asked_it()
    {
        var finding = Assert.Single(Analyst(Load("  - { id: odd, effect: deny, tools: [\"files.w*\"], reason: No. }\n")).Lint(), f => f.Id == "odd");
        Assert.Equal(("unreachable", false), (finding.Kind, finding.IsError));
        Assert.Contains("What files has is found out by asking", finding.Message, StringComparison.Ordinal);
        var broad = Assert.Single(Analyst(Load("  - { id: odd, effect: allow, tools: [\"files.*\"] }\n")).Lint(), f => f.Kind == "over-broad");
        Assert.Contains("files.read (unclassified) too", broad.Message, StringComparison.Ordinal);
        Assert.True(Assert.Single(Analyst(Load("  - { id: odd, effect: deny, tools: [\"elsewhere.*\"], reason: No. }\n")).Lint(), f => f.Id == "odd").IsError);
    }

    private static PolicyAnalyst Analyst(LoadedCompany company) => PolicyAnalyst.Of(company.Tools, company.Directory, TimeProvider.System.GetUtcNow());

    private static LoadedCompany Load(string rules)
    {
        using var folder = SmallCompany.Make([.. OutsideTool.Files, ("agents/reader.md", Reader), ("authority.yaml", "version: 1\nrules:\n" + rules)]);
        return LoadedCompany.Load(folder.Path, folder.Path, _ => null);
    }
}
