namespace AiManager.Architecture.Tests;

/// <summary>One core, four wings, one hall: docs/decisions/0001.</summary>
public sealed class ProjectGraphTests
{
    public static TheoryData<string> Projects => [.. Repository.Projects];
    public static TheoryData<string> Wings => [.. Repository.Wings];

    [Fact]
    public void Src_holds_the_six_projects_and_no_other() =>
        Assert.Equal(
            Repository.Projects.Order(),
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void Domain_references_no_package_and_no_project()
    {
        Assert.Empty(Repository.Items(Repository.Domain, "PackageReference"));
        Assert.Empty(Repository.Items(Repository.Domain, "ProjectReference"));
        Assert.Empty(Repository.Items(Repository.Domain, "FrameworkReference"));
        Assert.All(References(Repository.Domain), name => Assert.StartsWith("System.", name));
    }

    [Theory, MemberData(nameof(Wings))]
    public void A_wing_sees_Domain_and_no_other_part(string wing)
    {
        Assert.Equal([Repository.Domain], Repository.Items(wing, "ProjectReference").Select(Path.GetFileNameWithoutExtension));
        Assert.DoesNotContain(References(wing), name => name.StartsWith("AiManager.", StringComparison.Ordinal) && name != Repository.Domain);
    }

    [Fact]
    public void Host_puts_all_the_parts_together() =>
        Assert.Equal(
            Repository.Projects.Where(project => project != Repository.Host).Order(),
            Repository.Items(Repository.Host, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order());

    [Theory, MemberData(nameof(Projects))]
    public void Only_its_own_tests_see_the_inside_of_a_project(string project) =>
        Assert.Equal(
            project switch
            {
                // The benchmarks measure the hall as it is wired, what authority decides, what the gate costs and how fast vectors are found; the browser
                // looks at the hall's pages; the evals pursue goals in it around a model that misbehaves below the product's own retries, and with a part of the manager wired otherwise.
                "AiManager.Host" => ["AiManager.Bench", "AiManager.Browser.Tests", "AiManager.Evals", "AiManager.Evals.Tests", project + ".Tests"],
                "AiManager.ManagerAgent" => ["AiManager.Bench", "AiManager.Evals", project + ".Tests"],
                "AiManager.ExecutionAgents" => ["AiManager.Evals", project + ".Tests"],
                "AiManager.Memory" or "AiManager.Tools" => ["AiManager.Bench", project + ".Tests"],
                _ => [project + ".Tests"],
            },
            Repository.Items(project, "InternalsVisibleTo"));

    private static IEnumerable<string> References(string project) =>
        Repository.Compiled(project).GetReferencedAssemblies().Select(name => name.Name!);
}
