namespace AiManager.Host.Tests;

/// <summary>What a company's folder holds for its services: their documents, and secrets as files.</summary>
public sealed class ServiceFilesTests
{
    private const string Yaml = """
        # a service
        openapi: 3.0.3
        info: { title: CRM, version: 1.0 }
        paths:
          /customers/{id}:
            get:
              operationId: customer
              parameters:
                - { name: id, in: path, required: true, schema: { type: integer, minimum: 1 } }
              responses: { 200: { description: It. } }
        """;

    [Theory]
    [InlineData("crm.openapi.yaml", Yaml)]
    [InlineData("crm.openapi.json", """{"openapi":"3.1.0","paths":{"/customers/{id}":{"get":{"operationId":"customer","parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"integer","minimum":1}}]}}}}""")]
    public async Task A_services_document_lies_in_the_folder_and_its_operations_wait_for_somebody_to_classify_them(string file, string text)
    {
        using var folder = Company(file, text);
        var company = LoadedCompany.Load(folder.Path, folder["data"], _ => null);
        Assert.Contains(file, company.Bundle.Texts.Keys);
        await using var looked = await LookedAtSources.OpenAsync(new Place(folder.Path, folder["data"], new StoreSetting.Folder()), CancellationToken.None);
        await looked.AskAsync(CancellationToken.None);
        var record = Assert.Single(looked.Catalog.Records, r => r.Source == "crm");
        Assert.Equal(("crm.customer", AiManager.Tools.ToolStanding.Unclassified, true), (record.Name, record.Standing, record.Claims.ReadOnly));
        Assert.Contains("\"minimum\":1", record.Parameters.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("crm.openapi.json", "{\n  \"openapi\": nonsense", "crm.openapi.json:2:15", "not JSON")]
    [InlineData("crm.openapi.yaml", "openapi: 3.0.0\n\tpaths: {}", "crm.openapi.yaml:2:1", "tab")]
    [InlineData("crm.openapi.json", """{"openapi":"2.0"}""", "crm.openapi.json:1:1", "'2.0' is not read here")]
    public void A_document_that_is_none_is_named_with_its_place(string file, string text, string place, string words)
    {
        using var folder = Company(file, text);
        var faults = Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, folder["data"], _ => null)).Faults;
        Assert.Contains(faults, f => f.Place.ToString() == place && f.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_document_that_is_not_there_is_said_not_to_be()
    {
        using var folder = Company("other.openapi.json", """{"openapi":"3.0.0"}""");
        Assert.Contains("There is no file 'crm.openapi.json'", Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, folder["data"], _ => null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_comes_from_a_variable_or_from_the_file_that_stands_for_it()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["token"], "from a file\r\n");
        var environment = FileVariables.Over(name => name switch { "A" => "from the environment", "A_FILE" => folder["token"], "B_FILE" => folder["token"], "C_FILE" => folder["missing"], _ => null });
        Assert.Equal(("from the environment", "from a file", null), (environment("A"), environment("B"), environment("D")));
        Assert.Equal("The file that C_FILE names cannot be read.", Assert.Throws<UsageException>(() => environment("C")).Message);
    }

    private static TempFolder Company(string file, string text) => SmallCompany.Make(
        (file, text),
        ("tools.yaml", $"sources:\n  - {{ name: crm, kind: openapi, document: {(file.StartsWith("crm", StringComparison.Ordinal) ? file : "crm.openapi.json")}, baseUrl: \"https://crm.example.com\" }}\n"));
}
