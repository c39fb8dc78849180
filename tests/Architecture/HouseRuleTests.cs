using System.Globalization;
using System.Text.RegularExpressions;

namespace AiManager.Architecture.Tests;

/// <summary>What a reader may rely on in every file under src.</summary>
public sealed partial class HouseRuleTests
{
    private const int LongestFile = 400;

    private static readonly string[] ScriptedPlaces = ["src/ExecutionAgents/Scripted/", "src/Host/Wiring/", "src/Host/Commands/ScriptedModelCommand.cs:"];

    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Theory, MemberData(nameof(Projects))]
    public void A_project_is_one_namespace_and_folders_are_shelves(string project)
    {
        var elsewhere =
            from file in Repository.Sources(project)
            from Match declared in NamespaceDeclaration().Matches(File.ReadAllText(file))
            where declared.Groups["name"].Value != project
            select Repository.Relative(file) + " declares " + declared.Groups["name"].Value;
        Assert.Empty(elsewhere);
    }

    [Theory, MemberData(nameof(Projects))]
    public void A_file_can_be_read_in_one_sitting(string project) =>
        Assert.DoesNotContain(
            Repository.Sources(project).Select(file => (File: Repository.Relative(file), Lines: File.ReadLines(file).Count())),
            file => file.Lines > LongestFile);

    [Theory, MemberData(nameof(Projects))]
    public void Nothing_is_folded_away_or_put_off(string project) => Assert.Empty(Lines(project, PutOff()));

    [Theory, MemberData(nameof(Projects))]
    public void Nobody_writes_this_before_a_member(string project) => Assert.Empty(Lines(project, ThisDot()));   // the IDE's rule does not run in a build

    [Theory, MemberData(nameof(Projects))]
    public void The_inside_is_opened_by_project_files_only(string project) => Assert.Empty(Lines(project, OpenedInCode()));

    [Theory, MemberData(nameof(Projects))]
    public void The_scheduler_is_named_where_the_jobs_are_and_nowhere_else(string project) =>
        Assert.DoesNotContain(Lines(project, Scheduler()), line => !line.StartsWith("src/Host/Jobs/", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Projects))]
    public void The_scripted_model_is_known_to_itself_to_the_wiring_and_to_its_verb(string project) =>
        Assert.DoesNotContain(Lines(project, Scripted()), line => !ScriptedPlaces.Any(place => line.StartsWith(place, StringComparison.Ordinal)));

    [Theory, MemberData(nameof(Projects))]
    public void A_public_type_says_what_it_is(string project) =>
        Assert.DoesNotContain(Repository.Compiled(project).GetExportedTypes(), type => IsEmptyWord(type.Name.Split('`')[0]));

    [Fact]
    public void A_number_in_the_log_means_one_message_and_lies_where_its_file_says()
    {
        var messages =
            (from project in Repository.Projects
             from file in Repository.Sources(project)
             let text = File.ReadAllText(file)
             from Match message in LogMessage().Matches(text)
             let range = LogRange().Match(text)
             let number = Number(message, "number")
             select (number, Where: Repository.Relative(file), Fits: range.Success && number >= Number(range, "first") && number <= Number(range, "last"))).ToList();
        Assert.True(messages.Count > 20, "Messages are looked for in vain.");
        Assert.Empty(messages.GroupBy(m => m.number).Where(g => g.Count() > 1).Select(g => $"{g.Key} in {string.Join(" and ", g.Select(m => m.Where))}"));
        Assert.DoesNotContain(messages, m => !m.Fits);

        static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("PlanHelper", true)]
    [InlineData("JsonUtils", true)]
    [InlineData("UtilityBelt", true)]
    [InlineData("JournalBase", true)]
    [InlineData("Manager", true)]
    [InlineData("ManagerReport", false)]
    [InlineData("Baseline", false)]
    [InlineData("DatabaseFile", false)]
    public void An_empty_word_is_known_when_seen(string name, bool isEmpty) => Assert.Equal(isEmpty, IsEmptyWord(name));

    private static IEnumerable<string> Lines(string project, Regex unwanted) =>
        from file in Repository.Sources(project)
        from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
        where unwanted.IsMatch(line.Text)
        select $"{Repository.Relative(file)}:{line.Number}: {line.Text.Trim()}";

    private static bool IsEmptyWord(string name)
    {
        var words = Word().Matches(name).Select(word => word.Value).ToArray();
        return words.Any(word => word is "Helper" or "Helpers" or "Util" or "Utils" or "Utility" or "Utilities")
            || words is [.., "Base"] or ["Manager"] or ["Service"] or ["Handler"] or ["Processor"];
    }

    [GeneratedRegex(@"^\s*(?:@)?namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();

    [GeneratedRegex(@"^\s*#region\b|\bTODO\b|\bFIXME\b")]
    private static partial Regex PutOff();

    [GeneratedRegex(@"^\s*(?!//)[^""]*\bthis\.[A-Za-z_]")]
    private static partial Regex ThisDot();

    [GeneratedRegex(@"\[assembly:.*InternalsVisibleTo")]
    private static partial Regex OpenedInCode();

    [GeneratedRegex(@"^\s*(?:using Quartz|[^/]*\bQuartz\.)")]
    private static partial Regex Scheduler();

    [GeneratedRegex(@"\bScripted(?:Model|ModelClient|ChatClient)\b")]
    private static partial Regex Scripted();

    [GeneratedRegex(@"\[LoggerMessage\((?<number>\d+),")]
    private static partial Regex LogMessage();

    [GeneratedRegex(@"Ids (?<first>\d+)–(?<last>\d+);")]
    private static partial Regex LogRange();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();
}
