using System.Globalization;
using System.Text;
using AiManager.Contracts;

namespace AiManager.Tools.Tests;

/// <summary>What is read out of a document, and what is not.</summary>
public sealed class OpenApiDocumentTests
{
    [Fact]
    public void A_document_that_people_maintain_is_read_whole()
    {
        var document = OpenApiDocument.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "qdrant", "openapi.json")));
        Assert.Equal("Qdrant API", document.Title);
        Assert.Equal(69, document.Operations.Length + document.Unusable.Length);
        Assert.Equal(
            ["recover_from_uploaded_snapshot: Its body takes a file, which no argument can be.", "recover_shard_from_uploaded_snapshot: Its body takes a file, which no argument can be."],
            document.Unusable.Select(u => $"{u.Name}: {u.Reason}"));
        var query = Assert.Single(document.Operations, o => o.Name == "query_points");
        Assert.Equal(("POST", "/collections/{collection_name}/points/query"), (query.Method, query.Path));
        Assert.Equal(["collection_name", "consistency", "timeout"], query.Parameters.Select(p => p.Argument).Order());
        Assert.Empty(Errors(query, """{"collection_name":"docs","body":{"query":[0.1,0.2],"limit":3,"filter":{"must":[{"key":"city","match":{"value":"Brno"}}]}}}"""));
        Assert.NotEmpty(Errors(query, """{"collection_name":"docs","body":{"query":[0.1,0.2],"limit":"three"}}"""));
    }

    [NpmFact]
    public void Large_documents_that_others_publish_are_read_and_what_cannot_be_called_says_why()
    {
        foreach (var (name, megabytes) in ((string, int)[])[("api.github.com", 3), ("api.github.com.deref", 14)])
        {
            var text = File.ReadAllText(NpmServers.GitHubDocument(name));
            Assert.InRange(text.Length, megabytes * 1_000_000, OpenApiDocument.LongestText);
            var document = OpenApiDocument.Read(text);
            Assert.Equal(706, document.Operations.Length + document.Unusable.Length);
            Assert.True(document.Unusable.Length <= 14, string.Join('\n', document.Unusable.Select(u => $"{u.Name}: {u.Reason}")));
            Assert.All(document.Unusable, u => Assert.NotEqual("It is not written as the specification says.", u.Reason));
            Assert.All(document.Operations, o => Assert.InRange(o.Schema.Text.Length, 2, 24 * 1024));

            var create = Assert.Single(document.Operations, o => (o.Method, o.Path) == ("POST", "/repos/{owner}/{repo}/issues"));
            Assert.Empty(Errors(create, """{"owner":"a","repo":"b","body":{"title":"It breaks","labels":["bug"]}}"""));
            Assert.NotEmpty(Errors(create, """{"owner":"a","body":{"title":"It breaks"}}"""));
            Assert.NotEmpty(Errors(create, """{"owner":"a","repo":"b","body":{"title":"It breaks","assignees":"me"}}"""));
        }
    }

    [Theory]
    [InlineData("[]", "It has no 'openapi'")]
    [InlineData("""{"swagger":"2.0"}""", "It has no 'openapi'")]
    [InlineData("""{"openapi":"4.0.0"}""", "OpenAPI '4.0.0' is not read here")]
    [InlineData("{", "The document is not JSON")]
    public void What_is_no_such_document_is_said_to_be_none(string text, string fault) =>
        Assert.StartsWith(fault, Assert.Throws<OpenApiFault>(() => OpenApiDocument.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void One_operation_that_cannot_be_read_leaves_the_others()
    {
        var document = Read("""
            "/good":{"get":{"operationId":"good"}},
            "/outside":{"get":{"operationId":"outside","parameters":[{"$ref":"https://evil.example/p.json"}]}},
            "/nowhere":{"get":{"operationId":"nowhere","parameters":[{"$ref":"#/components/parameters/None"}]}},
            "/round":{"get":{"operationId":"round","parameters":[{"$ref":"#/paths/~1round/get/parameters/0"}]}},
            "/{a}/{b}":{"get":{"operationId":"braces","parameters":[{"name":"a","in":"path","required":true,"schema":{"type":"string"}}]}},
            "/file":{"post":{"operationId":"file","requestBody":{"required":true,"content":{"application/octet-stream":{}}}}},
            "/odd":{"get":{"operationId":"odd","parameters":7}},
            "/../up":{"get":{"operationId":"up"}}
            """);
        Assert.Equal(["good"], document.Operations.Select(o => o.Name));
        var reasons = document.Unusable.ToDictionary(u => u.Name, u => u.Reason);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["braces"] = "Its path has a part in braces that is no parameter.",
                ["file"] = "Its body is written as application/octet-stream, which is not written here.",
                ["nowhere"] = "The reference '#/components/parameters/None' points at nothing.",
                ["odd"] = "It is not written as the specification says.",
                ["outside"] = "It refers to 'https://evil.example/p.json', which is outside the document.",
                ["round"] = "The reference '#/paths/~1round/get/parameters/0' leads back to itself.",
                ["up"] = "Its path is not a plain path.",
            },
            reasons);
    }

    [Fact]
    public void Names_come_from_the_document_and_never_stand_for_two()
    {
        var first = Read("""
            "/a":{"get":{"operationId":"pets.list"}},"/b":{"get":{"operationId":"pets/list"}},
            "/orders/{id}":{"delete":{"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}]}}
            """);
        var second = Read("""
            "/orders/{id}":{"delete":{"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}]}},
            "/b":{"get":{"operationId":"pets/list"}},"/a":{"get":{"operationId":"pets.list"}}
            """);
        Assert.Equal(["delete_orders_id", "pets_list_", "pets_list_"], first.Operations.Select(o => o.Name.StartsWith("pets", StringComparison.Ordinal) ? o.Name[..10] : o.Name));
        Assert.Equal(3, first.Operations.Select(o => o.Name).Distinct().Count());
        Assert.Equal(first.Operations.Select(o => (o.Name, o.Path)), second.Operations.Select(o => (o.Name, o.Path)));
    }

    [Fact]
    public void Schemas_of_both_versions_become_ours()
    {
        var document = Read("""
            "/o":{"post":{"operationId":"make","parameters":[
                {"name":"id","in":"query","required":true,"schema":{"type":"integer","minimum":0,"exclusiveMinimum":true}},
                {"name":"id","in":"header","schema":{"type":"string","nullable":true,"enum":["a","b"]}},
                {"name":"Authorization","in":"header","required":true,"schema":{"type":"string"}}],
              "requestBody":{"required":true,"content":{"application/json":{"schema":{"allOf":[
                {"$ref":"#/components/schemas/Named"},
                {"type":"object","required":["amount","secret"],"properties":{"amount":{"type":["number","null"]},"secret":{"type":"string","readOnly":true},"tags":{"type":"array","items":{"type":"string","pattern":"^(?=x)y$"}}}}]}}}}}}
            """, """
            "Named":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":5},"parent":{"$ref":"#/components/schemas/Named"},"kind":{"oneOf":[{"const":"x"},{"type":"integer"}]}}}
            """);
        var make = Assert.Single(document.Operations);
        Assert.Equal([("id", "id"), ("id_header", "id")], make.Parameters.Select(p => (p.Argument, p.Name)));
        Assert.Empty(Errors(make, """{"id":1,"id_header":null,"body":{"name":"bolt","amount":null,"parent":{"whatever":[1]},"kind":7,"tags":["q"]}}"""));
        Assert.Equal("$.id: must be more than 0, is 0", Assert.Single(Errors(make, """{"id":0,"body":{"name":"bolt","amount":1}}""")));
        Assert.NotEmpty(Errors(make, """{"id":1,"body":{"name":"too long","amount":1}}"""));
        Assert.NotEmpty(Errors(make, """{"id":1,"body":{"amount":1}}"""));
        Assert.NotEmpty(Errors(make, """{"id":1,"body":{"name":"bolt","amount":1,"secret":"x"}}"""));
        Assert.NotEmpty(Errors(make, """{"id":1,"body":{"name":"bolt","amount":1,"kind":"y"}}"""));
        Assert.Contains("The service also checks: the pattern ^(?=x)y$", make.Schema.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_beside_alternatives_go_with_each_of_them()
    {
        var make = Assert.Single(Read("""
            "/o":{"post":{"operationId":"make","requestBody":{"content":{"application/json":{"schema":{
              "type":"object","required":["to"],"properties":{"to":{"type":"string"}},
              "oneOf":[{"required":["text"],"properties":{"text":{"type":"string"}}},{"required":["html"],"properties":{"html":{"type":"string"}}}]}}}}}}
            """).Operations);
        Assert.Empty(Errors(make, """{"body":{"to":"a","text":"b"}}"""));
        Assert.Empty(Errors(make, """{"body":{"to":"a","html":"b"}}"""));
        Assert.NotEmpty(Errors(make, """{"body":{"to":"a"}}"""));
        Assert.NotEmpty(Errors(make, """{"body":{"text":"b"}}"""));
    }

    [Fact]
    public void A_bomb_of_references_is_written_out_only_as_far_as_a_model_can_read()
    {
        var bomb = string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"B{i}\":{{\"type\":\"object\",\"properties\":{{{string.Join(',', Enumerable.Range(0, 10).Select(p => $"\"p{p}\":{{\"$ref\":\"#/components/schemas/B{i + 1}\"}}"))}}}}}"));
        var document = Read("""
            "/bomb":{"post":{"operationId":"bomb","requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/B0"}}}}}},"/good":{"get":{"operationId":"good"}}
            """, bomb + ",\"B20\":{\"type\":\"string\"}");
        Assert.Empty(document.Unusable);
        var schema = document.Operations.Single(o => o.Name == "bomb").Schema.Text;
        Assert.InRange(schema.Length, 500, 24 * 1024);
        Assert.Contains("Not written out here.", schema, StringComparison.Ordinal);
        Assert.Empty(Errors(document.Operations.Single(o => o.Name == "bomb"), """{"body":{"p0":{"p1":{"anything":1}}}}"""));
    }

    [Fact]
    public void Of_a_document_of_thousands_only_what_is_wanted_is_read_closely()
    {
        var paths = new StringBuilder();
        for (var i = 0; i < 3000; i++)
        {
            paths.Append(paths.Length == 0 ? string.Empty : ",").Append(CultureInfo.InvariantCulture, $$$"""
                "/things/{{{i}}}":{"get":{"operationId":"thing_{{{i}}}","description":"{{{new string('d', 1500)}}}","parameters":[{"name":"q","in":"query","schema":{"$ref":"#/components/schemas/Q"}}]}}
                """);
        }

        var text = Text(paths.ToString(), "\"Q\":{\"type\":\"string\"}");
        Assert.True(text.Length > 4 * 1024 * 1024);
        Assert.Equal(3000, OpenApiDocument.Read(text).Operations.Length);
        Assert.Equal("thing_77", Assert.Single(OpenApiDocument.Read(text, name => name == "thing_77").Operations).Name);
    }

    [Fact]
    public void What_decides_how_a_call_goes_out_is_part_of_what_a_person_classifies()
    {
        var digests = ((string[])["/a|query", "/b|query", "/a|header"]).Select(v => v.Split('|')).Select(v => ListedOf($$$"""
            "{{{v[0]}}}":{"get":{"operationId":"it","parameters":[{"name":"q","in":"{{{v[1]}}}","schema":{"type":"string"}}]}}
            """).Digest);
        Assert.Equal(3, digests.Distinct().Count());

        static ListedTool ListedOf(string paths)
        {
            var (source, _, _) = ApiShop.Bind("\"paths\":{" + paths + "}", "https://crm.example.com", string.Empty);
            return Assert.Single(source!.ListAsync(CancellationToken.None).Result);
        }
    }

    private static IReadOnlyList<string> Errors(OpenApiOperation operation, string args)
    {
        Assert.True(JsonSchema.TryLoad(operation.Schema, out var schema, out _));
        return schema.Validate(JsonText.Parse(args));
    }

    private static OpenApiDocument Read(string paths, string schemas = "") => OpenApiDocument.Read(Text(paths, schemas));

    private static string Text(string paths, string schemas) =>
        "{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"T\",\"version\":\"1\"},\"paths\":{" + paths + "},\"components\":{\"schemas\":{" + schemas + "}}}";
}
