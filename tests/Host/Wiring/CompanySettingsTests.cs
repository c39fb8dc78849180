namespace AiManager.Host.Tests;

public sealed class CompanySettingsTests
{
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "currency: EUR\ntimeZone: UTC\n", "company.yaml:1:1", "'name' is missing" },
        { "name: ''\ncurrency: EUR\ntimeZone: UTC\n", "company.yaml:1:7", "must not be empty" },
        { "name: A\ncurrency: Euro\ntimeZone: UTC\n", "company.yaml:2:11", "three capital letters" },
        { "name: A\ncurrency: EUR\ntimeZone: Mars/Olympus\n", "company.yaml:3:11", "no time zone 'Mars/Olympus'" },
        { "name: A\ncurrency: EUR\ntimeZone: ../../etc/passwd\n", "company.yaml:3:11", "no time zone" },
        { "name: [A]\ncurrency: EUR\ntimeZone: UTC\n", "company.yaml:1:7", "must be text" },
        { SmallCompany.Settings + "colour: red\n", "company.yaml:4:1", "Unknown key 'colour'" },
        { SmallCompany.Settings + "worlds: { a: { connection: Host=db } }\n", "company.yaml:4:28", "SQLite file" },
        { SmallCompany.Settings + "worlds: { a: {} }\n", "company.yaml:4:14", "'connection' is missing" },
        { SmallCompany.Settings + "worlds: { a: x }\n", "company.yaml:4:14", "must be a map" },
        { SmallCompany.Settings + "allowLocalStandIn: yes\n", "company.yaml:4:20", "true or false" },
        { SmallCompany.Settings + "budget: 5\n", "company.yaml:4:9", "must be a map" },
        { SmallCompany.Settings + "budget: { tokens: 1.5 }\n", "company.yaml:4:19", "whole number" },
        { SmallCompany.Settings + "budget: { money: -1 }\n", "company.yaml:4:18", "must not be negative" },
        { SmallCompany.Settings + "budget: { hours: 1 }\n", "company.yaml:4:11", "Unknown key" },
        { SmallCompany.Settings + "savings: {}\n", "company.yaml:4:10", "'minutesPerTask' is missing" },
        { SmallCompany.Settings + "model: { name: m }\n", "company.yaml:4:8", "'url' is missing" },
        { SmallCompany.Settings + "model: { name: m, url: 'ftp://a/' }\n", "company.yaml:4:24", "http or https" },
        { SmallCompany.Settings + "model: { name: m, url: 'http://a/', key: sk-123 }\n", "company.yaml:4:42", "does not belong in a file" },
        { SmallCompany.Settings + "model: { name: m, url: 'http://a/', key: '${NOT_THERE}' }\n", "company.yaml:4:42", "NOT_THERE is not set" },
        { SmallCompany.Settings + "model: { name: m, url: 'http://a/', timeout: 5 }\n", "company.yaml:4:46", "duration" },
        { SmallCompany.Settings + "model: { name: m, url: 'http://a/', inputPrice: '1' }\n", "company.yaml:4:49", "must be a number" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_with_its_place(string text, string place, string message)
    {
        using var folder = SmallCompany.Make(("company.yaml", text));

        var fault = Assert.Single(Assert.Throws<ConfigException>(() => Read(folder, _ => null)).Faults);

        Assert.Equal(place, fault.Place.ToString());
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_can_be_said_is_read()
    {
        using var folder = SmallCompany.Make((
            "company.yaml",
            SmallCompany.Settings + """
            model: { url: "https://${GATEWAY}/v1", name: big, key: "${KEY}", inside: true, inputPrice: 2.5, outputPrice: 10, timeout: 90s }
            budget: { money: 100.50, modelCost: 2, tokens: 1000, calls: 7 }
            allowLocalStandIn: true
            savings: { minutesPerTask: 12 }
            """));

        var settings = Read(folder, name => name == "KEY" ? "k" : "models.example");

        Assert.Equal(new ModelSettings("https://models.example/v1", "big", "k", true, 2.5m, 10m, TimeSpan.FromSeconds(90)), settings.Model);
        Assert.Equal(new Amounts(100.50m, 2m, 1000, 7), settings.Budget);
        Assert.Equal(("Small", "EUR", "Europe/Prague", true, 12m), (settings.Name, settings.Currency, settings.TimeZone.Id, settings.AllowLocalStandIn, settings.MinutesPerTask));
    }

    [Fact]
    public void The_environment_names_the_model_before_the_company_does()
    {
        var company = new ModelSettings("http://inside/v1", "m", "k", true, 1, 2, TimeSpan.FromMinutes(1));
        Assert.Null(ModelSettings.InForce(null, _ => null));
        Assert.Same(company, ModelSettings.InForce(company, _ => ""));
        Assert.Equal(company with { Name = "n" }, ModelSettings.InForce(company, name => name == "AIMANAGER_MODEL" ? "n" : null));
        Assert.Equal(
            new ModelSettings("http://else/v1", "m", null, false, 0, 0, TimeSpan.FromMinutes(1)),
            ModelSettings.InForce(company, name => name == "AIMANAGER_MODEL_URL" ? "http://else/v1" : null));
        Assert.Throws<UsageException>(() => ModelSettings.InForce(null, name => name == "AIMANAGER_MODEL_URL" ? "http://else/v1" : null));
        Assert.Throws<UsageException>(() => ModelSettings.InForce(null, name => name == "AIMANAGER_MODEL_URL" ? "else" : "m"));
    }

    private static CompanySettings Read(TempFolder folder, Func<string, string?> environment)
    {
        var reader = new ConfigReader();
        var settings = CompanySettings.Bind(CompanyFolder.Read(folder.Path), reader, environment);
        reader.ThrowIfFaulty();
        return settings;
    }
}
