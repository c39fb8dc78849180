using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Host.Tests;

public sealed class CompanyFolderTests
{
    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { "authority.yaml", "version: 1\nrules: []\nversion: 2\n", "authority.yaml:3:1", "already given in line 1" },
        { "authority.yaml", "rules:\n  - { id: a, effect: allow, id: b }\n", "authority.yaml:2:29", "already given in line 2" },
        { "authority.yaml", "version: &one 1\n", "authority.yaml:1:10", "Anchors" },
        { "authority.yaml", "a: 1\nb: *x\n", "authority.yaml:2:4", "Aliases" },
        { "authority.yaml", "a: { b: 1 }\nc:\n  <<: { b: 2 }\n", "authority.yaml:3:3", "Merge keys" },
        { "authority.yaml", "version: !!int 1\n", "authority.yaml:1:10", "Tags" },
        { "authority.yaml", "version: !system.io.file /etc\n", "authority.yaml:1:10", "Tags" },
        { "authority.yaml", "version: 1\n---\nversion: 2\n", "authority.yaml:2:1", "Only one document" },
        { "authority.yaml", "version: 1\nrules:\n\t- id: a\n", "authority.yaml:3:1", "tab" },
        { "authority.yaml", "rules:\n  \t- id: a\n", "authority.yaml:2:3", "tab" },
        { "authority.yaml", "rules: [ { id: a }\n", "authority.yaml:2:1", "not YAML" },
        { "authority.yaml", "rules:\n  - id: a\n   effect: b\n", "authority.yaml:3:4", "not YAML" },
        { "authority.yaml", "- a\n- b\n", "authority.yaml:1:1", "must be a map" },
        { "authority.yaml", "just words\n", "authority.yaml:1:1", "must be a map" },
        { "authority.yaml", "? { a: 1 }\n: 2\n", "authority.yaml:1:3", "A key must be plain text" },
        { "authority.yaml", ": 2\n", "authority.yaml:1:1", "A key must be plain text" },
        { "authority.yaml", "note: \"bell \u0007\"\n", "authority.yaml:1:13", "control character" },
        { "authority.yaml", "note: a\rb\n", "authority.yaml:1:8", "carriage return" },
        { "authority.yaml", "version: 1\nreason: \"all\u202Ewolla\"\n", "authority.yaml:2:13", "turns the direction" },
        { "authority.yaml", "a: 'never closed\n", "authority.yaml:1:4", "not YAML" },
        { "agents/anna.md", "You buy.\n", "agents/anna.md:1:1", "front matter" },
        { "agents/anna.md", "---\nname: anna\n", "agents/anna.md:1:1", "no end" },
        { "agents/anna.md", "---\nname: anna\nname: otto\n---\nYou buy.\n", "agents/anna.md:3:1", "already given in line 2" },
        { "knowledge/a.md", "---\n- a\n---\nText.\n", "knowledge/a.md:2:1", "must be a map" },
        { "scripts/a.yaml", "a: 1\na: 2\n", "scripts/a.yaml:2:1", "already given" },
        { "authorty.yaml", "version: 1\n", "authorty.yaml:1:1", "not known" },
        { "authority.yml", "version: 1\n", "authority.yml:1:1", "not known" },
        { "AUTHORITY.YAML", "version: 1\n", "AUTHORITY.YAML:1:1", "not known" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_with_its_place(string file, string text, string place, string message)
    {
        using var folder = SmallCompany.Make((file, text));

        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);

        Assert.Equal(place, fault.Place.ToString());
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_of_every_file_is_named_at_once()
    {
        using var folder = SmallCompany.Make(("authority.yaml", "a: 1\na: 2\nb: *x\nb: 3\n"), ("people.yaml", "- a\n"), ("authorty.yaml", "a: 1"));

        var faults = Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults;

        Assert.Equal(["authorty.yaml:1:1", "authority.yaml:2:1", "authority.yaml:3:4", "authority.yaml:4:1", "people.yaml:1:1"], faults.Select(f => f.Place.ToString()));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_named_where_they_stand()
    {
        using var folder = SmallCompany.Make();
        folder.Write("authority.yaml", [.. "version: 1\nreason: caf"u8, 0xE9, .. "\n"u8]);

        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);

        Assert.Equal("authority.yaml:2:12", fault.Place.ToString());
    }

    [Fact]
    public void A_document_that_is_not_utf8_is_named_where_it_is_not()
    {
        using var folder = SmallCompany.Make(("knowledge/returns.md", "x"));
        folder.Write("knowledge/returns.md", [.. "---\napprovedBy: jana\n---\nWithin 14 days, caf"u8, 0xE9, .. "\n"u8]);
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);
        Assert.Equal(("knowledge/returns.md:4:20", "The file is not UTF-8 from here on."), (fault.Place.ToString(), fault.Message));
    }

    [Fact]
    public void A_document_of_200_MB_is_refused_without_being_read_whole()
    {
        using var folder = SmallCompany.Make(("knowledge/long.md", "x"));
        using (var file = File.OpenWrite(folder["knowledge/long.md"]))
        {
            file.SetLength(200L * 1024 * 1024);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024 * 1024);
        Assert.Equal(("knowledge/long.md:1:1", "The file is longer than 1024 KB."), (fault.Place.ToString(), fault.Message));
    }

    [Fact]
    public void A_file_over_a_megabyte_is_refused()
    {
        using var folder = SmallCompany.Make(("knowledge/long.md", new string('a', CompanyText.LongestFile + 1)));
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);
        Assert.Equal("knowledge/long.md:1:1", fault.Place.ToString());
        Assert.Contains("longer than 1024 KB", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_refused_at_once()
    {
        using var folder = SmallCompany.Make(("authority.yaml", "a: " + new string('[', 500_000)));
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);
        Assert.Contains("Nested deeper than", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        using var folder = SmallCompany.Make();
        File.Delete(folder["authority.yaml"]);
        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);
        Assert.Equal("authority.yaml:1:1: The file is missing.", fault.ToString());

        var nowhere = Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder["nowhere"]));
        Assert.Contains("There is no company folder", nowhere.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agents/linked.md")]
    [InlineData("authority.yaml")]
    public void A_link_that_leaves_the_folder_is_refused(string file)
    {
        using var outside = new TempFolder();
        outside.Write("secret.md", "---\nname: secret\n---\n");
        using var folder = SmallCompany.Make();
        Directory.CreateDirectory(folder["agents"]);
        File.Delete(folder[file]);
        File.CreateSymbolicLink(folder[file], outside["secret.md"]);

        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);

        Assert.Equal(file + ":1:1: The file is a link that leaves the company's folder.", fault.ToString());
    }

    [Fact]
    public void A_linked_folder_cannot_lead_out_either()
    {
        using var outside = new TempFolder();
        outside.Write("agents/secret.md", "---\nname: secret\n---\n");
        using var folder = SmallCompany.Make();
        Directory.CreateSymbolicLink(folder["agents"], outside["agents"]);

        var fault = Assert.Single(Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults);

        Assert.Contains("leaves the company's folder", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_a_circle_is_refused_and_one_that_stays_inside_is_read()
    {
        using var folder = SmallCompany.Make(("agents/anna.md", "---\nname: anna\n---\nBuy.\n"));
        File.CreateSymbolicLink(folder["agents/otto.md"], "anna.md");
        Assert.Equal("Buy.\n", CompanyFolder.Read(folder.Path).Pages["agents/otto.md"].Body);

        File.CreateSymbolicLink(folder["agents/round.md"], "about.md");
        File.CreateSymbolicLink(folder["agents/about.md"], "round.md");
        Assert.Equal(2, Assert.Throws<ConfigException>(() => CompanyFolder.Read(folder.Path)).Faults.Length);
    }

    [Fact]
    public void Values_keep_their_places_and_quotes()
    {
        using var folder = SmallCompany.Make(("authority.yaml", "# a comment\nversion: 1\nlists: { a: [x, '5'] }\nsql: |\n  select\t1\n"));

        var document = CompanyFolder.Read(folder.Path).Documents["authority.yaml"];

        Assert.Equal(new ConfigNode.Scalar(new ConfigPlace("authority.yaml", 2, 10), "1", IsQuoted: false), document["version"]);
        var list = Assert.IsType<ConfigNode.List>(((ConfigNode.Map)document["lists"]!)["a"]);
        Assert.Equal(new ConfigNode.Scalar(new ConfigPlace("authority.yaml", 3, 17), "5", IsQuoted: true), list.Items[1]);
        Assert.Equal("select\t1\n", ((ConfigNode.Scalar)document["sql"]!).Text);
    }

    [Fact]
    public void A_page_has_front_matter_a_body_and_the_line_where_that_begins()
    {
        using var folder = SmallCompany.Make(("agents/anna.md", "---\nname: anna\n---\n\nYou buy.\n---\nStill body.\n"), ("knowledge/a.md", "# No front matter\n"));

        var bundle = CompanyFolder.Read(folder.Path);

        var page = bundle.Pages["agents/anna.md"];
        Assert.Equal(new ConfigPlace("agents/anna.md", 2, 7), page.FrontMatter["name"]!.Place);
        Assert.Equal("\nYou buy.\n---\nStill body.\n", page.Body);
        Assert.Equal(4, page.BodyLine);
        Assert.Equal("# No front matter\n", bundle.Texts["knowledge/a.md"]);
        Assert.DoesNotContain("knowledge/a.md", bundle.Pages.Keys);
    }

    [Fact]
    public void The_hash_does_not_depend_on_how_the_files_were_checked_out_but_on_every_text()
    {
        using var unix = SmallCompany.Make(("agents/a.md", "---\nname: a\n---\nText\n"), ("README.txt", "left alone"));
        using var windows = SmallCompany.Make(("agents/a.md", "\uFEFF---\r\nname: a\r\n---\r\nText\r\n"));
        using var other = SmallCompany.Make(("agents/a.md", "---\nname: a\n---\nText!\n"));

        var bundle = CompanyFolder.Read(windows.Path);

        Assert.Equal(CompanyFolder.Read(unix.Path).Hash, bundle.Hash);
        Assert.Equal("Text\n", bundle.Pages["agents/a.md"].Body);
        Assert.NotEqual(CompanyFolder.Read(other.Path).Hash, bundle.Hash);
    }

    [Fact]
    public void Whatever_the_bytes_reading_ends_with_a_bundle_or_a_ConfigException()
    {
        var pieces = (string[])
        [
            "a: 1\n", "- ", "---\n", "...\n", "{", "}", "[", "]", ",", ": ", "? ", "&a ", "*a ", "!t ", "|\n", ">-\n", "'", "\"", "#", "%YAML 1.2\n", "%TAG ! !x\n", "\\u12",
            "\t", "\n", "  ", "<<: ", "\u0000", "\u2028", "~", "é", "\"\\xZZ\"", "@", "`", "0x", "\uFEFF",
        ];
        var text = Gen.Elements(pieces).ListOf().Select(string.Concat).Select(Encoding.UTF8.GetBytes);
        var bytes = Gen.OneOf(text, Gen.Choose(0, 255).Select(i => (byte)i).ListOf().Select(b => b.ToArray()));
        using var folder = SmallCompany.Make();

        Prop.ForAll(bytes.ToArbitrary(), content =>
        {
            folder.Write("authority.yaml", content);
            folder.Write("agents/a.md", [.. "---\n"u8, .. content, .. "\n---\n"u8]);
            try
            {
                CompanyFolder.Read(folder.Path);
            }
            catch (ConfigException refused)
            {
                Assert.All(refused.Faults, f => Assert.True(f.Place.Line >= 1 && f.Place.Column >= 1));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }
}
