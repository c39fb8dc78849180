using System.Net;
using System.Text.RegularExpressions;
using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary>The page about tools: those that do not run, why, and who may say what one does.</summary>
public sealed partial class ToolPageTests
{
    [Fact]
    public async Task A_tool_that_nobody_has_classified_says_why_it_does_not_run_and_is_classified_for_the_version_that_was_looked_at()
    {
        await using var api = await ApiUnderTest.StartAsync("", OutsideTool.Files);
        await api.Get<CompanyAtWork>().Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.PageAsync("/tools");
        Assert.Contains("It does not run. Nobody has said what it does.", page, StringComparison.Ordinal);
        Assert.Contains("Reads &lt;b&gt;all&lt;/b&gt;.", page, StringComparison.Ordinal);
        Assert.Contains("says that it only reads · describes it so: “Reads <b>all</b>.”", await jana.WordsAsync("/tools"), StringComparison.Ordinal);
        Assert.Contains("reachable", page, StringComparison.Ordinal);
        Assert.DoesNotContain("--effect CLASS", page, StringComparison.Ordinal); // the form is there
        Assert.Contains("<option value=\"spend\">spend: it spends money</option>", page, StringComparison.Ordinal);
        Assert.Matches("(?s)<details id=\"say-files\\.read\">\\s*<summary>Classify</summary>.*/tools/classify", page); // folded: one row is a line, however many wait
        Assert.DoesNotContain("since it started", page, StringComparison.Ordinal);
        var digest = Digest().Match(page).Groups[1].Value;

        var other = await jana.SendAsync("/tools", "/tools/classify", ("name", "files.read"), ("effect", "observe"), ("digest", new string('0', 64)));
        Assert.Equal(HttpStatusCode.Conflict, other.Status);
        Assert.Contains($"The tool is {digest} now", other.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await jana.SendAsync("/tools", "/tools/classify", ("name", "files.read"), ("effect", ""), ("digest", digest))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await jana.SendAsync("/tools", "/tools/classify", ("name", "files.gone"), ("effect", "observe"), ("digest", digest))).Status);
        Assert.Empty(api.Get<CompanyStream>().State.Classifications);

        var done = await jana.SendAsync("/tools", "/tools/classify", ("name", "files.read"), ("effect", "observe"), ("digest", digest), ("inside", "yes"));
        Assert.Equal("/tools", done.Location?.ToString());
        var said = api.Get<CompanyStream>().State.Classifications["files.read"];
        Assert.Equal((digest, "observe", false, null), (said.Version, said.EffectClass, said.OpenWorld, said.Idempotent));
        page = await jana.PageAsync("/tools");
        Assert.DoesNotContain("It does not run", page, StringComparison.Ordinal);

        // Who said so stands there, and it can be said again, of the version that it is now.
        Assert.Matches("(?s)Classified by Jana, <time.*Classify it again:.*/tools/classify", page);
        var again = await jana.SendAsync("/tools", "/tools/classify", ("name", "files.read"), ("effect", "write-reversible"), ("digest", digest), ("harmless", "yes"));
        Assert.Equal("/tools", again.Location?.ToString());
        said = api.Get<CompanyStream>().State.Classifications["files.read"];
        Assert.Equal(("write-reversible", false), (said.EffectClass, said.Destructive));

        var asked = await jana.SendAsync("/tools", "/tools/check");
        Assert.Contains("Every connection was checked just now.", asked.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_has_no_role_for_it_gets_no_form_and_is_refused()
    {
        await using var api = await ApiUnderTest.StartAsync("", OutsideTool.Files);
        await api.Get<CompanyAtWork>().Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
        using var petra = await Visitor.OfAsync(api, "petra");
        var page = await petra.PageAsync("/tools");
        Assert.Contains("unclassified", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/tools/classify", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/tools/check", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await petra.SendAsync("/tools", "/tools/check")).Status);
        Assert.Matches("<pre>dotnet run --project src/Host -- tools classify files\\.read --effect CLASS --digest [0-9a-f]{64}</pre>", page);
        Assert.Contains("Somebody with one of the roles platform-operator,", page, StringComparison.Ordinal);
        var refused = await petra.SendAsync("/tools", "/tools/classify", ("name", "files.read"), ("effect", "observe"), ("digest", new string('0', 64)));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("operator", refused.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_cannot_be_reached_says_so_and_since_when()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("tools.yaml", "sources: [ { name: gone, kind: mcp, command: [node, ./nothing.cjs] } ]"));
        await api.Get<CompanyAtWork>().Get<SourceKeeper>().AskAllAsync(CancellationToken.None);
        using var petra = await Visitor.OfAsync(api, "petra");
        var page = await petra.PageAsync("/tools");
        Assert.Matches("(?s)source-gone.*unreachable.*since .*Nobody knows yet what it has", page);
    }

    [GeneratedRegex("name=\"digest\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex Digest();
}
