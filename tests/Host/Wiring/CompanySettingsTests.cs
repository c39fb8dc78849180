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
        { SmallCompany.Settings + "api: { writesPerMinute: 0 }\n", "company.yaml:4:25", "at least 1" },
        { SmallCompany.Settings + "api: { proxies: [0.0.0.0/0] }\n", "company.yaml:4:17", "every address there is" },
        { SmallCompany.Settings + "api: { proxies: ['::/0'] }\n", "company.yaml:4:17", "every address there is" },
        { SmallCompany.Settings + "api: { proxies: [10.0.0.5, 128.0.0.0/1] }\n", "company.yaml:4:17", "/8 is the widest" },
        { SmallCompany.Settings + "api: { proxies: [10.0.0.0/7] }\n", "company.yaml:4:17", "/8 is the widest" },
        { SmallCompany.Settings + "api: { proxies: ['2000::/3'] }\n", "company.yaml:4:17", "/16 is the widest" },
        { SmallCompany.Settings + "api: { proxies: [somewhere] }\n", "company.yaml:4:17", "no address of a proxy" },
        { SmallCompany.Settings + "api: { streamsPerPerson: 1001 }\n", "company.yaml:4:26", "at most 1000" },
        { SmallCompany.Settings + "api: { reads: 5 }\n", "company.yaml:4:8", "Unknown key" },
        { SmallCompany.Settings + "signIn: {}\n", "company.yaml:4:9", "'oidc' is missing" },
        { SmallCompany.Settings + "signIn: { oidc: { name: A, clientId: m } }\n", "company.yaml:4:17", "'authority' is missing" },
        { SmallCompany.Settings + "signIn: { oidc: { name: A, clientId: m, authority: 'http://id.example.com' } }\n", "company.yaml:4:52", "https address" },
        { SmallCompany.Settings + "signIn: { oidc: { name: A, clientId: m, authority: 'https://u@id.example.com' } }\n", "company.yaml:4:52", "https address" },
        { SmallCompany.Settings + "signIn: { oidc: { name: A, clientId: m, authority: 'https://id.example.com', clientSecret: abc } }\n", "company.yaml:4:92", "does not belong in a file" },
        { SmallCompany.Settings + "signIn: { oidc: { name: A, clientId: m, authority: 'https://id.example.com', address: 'https://a.example/x' } }\n", "company.yaml:4:87", "without a path" },
        { SmallCompany.Settings + "retention: { to: archive }\n", "company.yaml:4:12", "'archiveAfter' is missing" },
        { SmallCompany.Settings + "retention: { archiveAfter: 90d }\n", "company.yaml:4:12", "'to' is missing" },
        { SmallCompany.Settings + "retention: { archiveAfter: 5m, to: archive }\n", "company.yaml:4:28", "at least 1d" },
        { SmallCompany.Settings + "retention: { archiveAfter: 90d, to: ' ' }\n", "company.yaml:4:37", "must not be empty" },
        { SmallCompany.Settings + "retention: { archiveAfter: 90d, to: archive, delete: true }\n", "company.yaml:4:46", "Unknown key" },
        { SmallCompany.Settings + "savings: {}\n", "company.yaml:4:10", "'minutesPerTask' is missing" },
        { SmallCompany.Settings + "model: { name: m }\n", "company.yaml:4:8", "'url' is missing" },
        { SmallCompany.Settings + "model: { name: m, url: 'ftp://a/' }\n", "company.yaml:4:24", "http or https" },
        { SmallCompany.Settings + "model: { name: m, url: 'http://a/', key: sk-123 }\n", "company.yaml:4:42", "does not belong in a file" },
        { SmallCompany.Settings + "model: { name: m, url: 'http://a/', key: '${NOT_THERE}' }\n", "company.yaml:4:42", "NOT_THERE is not set" },
        { SmallCompany.Settings + "model: { name: m, url: 'http://a/', timeout: 5 }\n", "company.yaml:4:46", "duration" },
        { SmallCompany.Settings + "model: { name: m, url: 'http://a/', inputPrice: '1' }\n", "company.yaml:4:49", "must be a number" },
        { SmallCompany.Settings + "models: { fast: { name: m, url: 'http://a/' } }\n", "company.yaml:4:9", "'default' is missing" },
        { SmallCompany.Settings + "models: { default: { name: m, url: 'http://a/' }, 'a*': { name: m, url: 'http://a/' } }\n", "company.yaml:4:51", "cannot be a model's name" },
        { SmallCompany.Settings + "models: { default: { name: m, url: 'http://a/' }, fast: }\n", "company.yaml:4:51", "must be a map" },
        { SmallCompany.Settings + "models: { default: { name: m, url: 'http://a/' }, fast: { name: m, url: a } }\n", "company.yaml:4:73", "http or https" },
        { SmallCompany.Settings + "model: { name: m, url: 'http://a/' }\nmodels: { default: { name: m, url: 'http://a/' } }\n", "company.yaml:5:9", "not both" },
    };

    [Fact]
    public void Every_secret_that_the_files_are_filled_in_with_is_looked_for_in_what_comes_from_outside()
    {
        using var data = new TempFolder();
        using var folder = SmallCompany.Make(
            ("company.yaml", SmallCompany.Settings + """
                memory: { vectors: { qdrant: "http://127.0.0.1:6333", tenant: a, key: "${QDRANT}" } }
                embeddings: { url: "http://127.0.0.1:1/v1", model: m, dimensions: 4, key: "${EMBEDDINGS}" }
                signIn: { oidc: { name: A, authority: "https://id.example.com", clientId: m, clientSecret: "${CLIENT}" } }
                webhooks: { pager: { url: "http://127.0.0.1:1/", secret: "${HOOK_NEW}", previousSecret: "${HOOK_OLD}" } }

                """),
            ("people.yaml", "people:\n  - { id: jana, name: Jana, roles: [operator] }\n"),
            ("monitors.yaml", "monitors:\n  - { name: called, schedule: { webhook: { secret: \"${CALLED}\" } }, submit: { goal: Look. } }\n"));
        string Value(string name) => name.StartsWith("HOOK", StringComparison.Ordinal) ? "whsec_" + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{name}-0123456789abcdef012345")) : $"secret of {name}";
        string[] names = ["QDRANT", "EMBEDDINGS", "CLIENT", "HOOK_NEW", "HOOK_OLD", "CALLED"];
        var tools = LoadedCompany.Load(folder.Path, data.Path, name => names.Contains(name) ? Value(name) : null).Tools;
        Assert.All(names, name => Assert.Equal("It was [secret].", tools.WithoutSecrets($"It was {Value(name)}.")));
        Assert.Equal("It was [secret].", tools.WithoutSecrets($"It was {Value("HOOK_OLD")["whsec_".Length..]}."));
    }

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
            api: { writesPerMinute: 600 }
            """));

        var settings = Read(folder, name => name == "KEY" ? "k" : "models.example");

        Assert.Equal(new ModelSettings("https://models.example/v1", "big", "k", true, 2.5m, 10m, TimeSpan.FromSeconds(90)), settings.Model);
        Assert.Equal(new ApiLimits(600, 20), settings.Limits);
        Assert.Equal(new Amounts(100.50m, 2m, 1000, 7), settings.Budget);
        Assert.Equal(("Small", "EUR", "Europe/Prague", true, 12m), (settings.Name, settings.Currency, settings.TimeZone.Id, settings.AllowLocalStandIn, settings.MinutesPerTask));
    }

    [Fact]
    public void Several_models_have_names_and_one_is_the_default()
    {
        using var folder = SmallCompany.Make(("company.yaml", SmallCompany.Settings + "models: { default: { name: big, url: 'http://a/v1' }, fast: { name: small, url: 'http://b/v1', inside: true } }\n"));

        var settings = Read(folder, _ => null);

        Assert.Equal(new ModelSettings("http://a/v1", "big", null, false, 0, 0, null), settings.Model);
        Assert.Equal(KeyValuePair.Create("fast", new ModelSettings("http://b/v1", "small", null, true, 0, 0, null)), Assert.Single(settings.OtherModels));
    }

    [Theory]
    [InlineData("", "fast", null, "known now: default, scripted")]
    [InlineData("model: { name: big, url: 'http://a/v1' }", "fast", null, "known now: default, big")]
    [InlineData("model: { name: big, url: 'http://a/v1' }", "big", "other", "known now: default, other")]
    [InlineData("models: { default: { name: big, url: 'http://a/v1' }, fast: { name: small, url: 'http://b/v1' } }", "big", null, "known now: default, fast")]
    public void An_agent_that_names_a_model_which_is_not_there_is_named_with_its_place(string models, string model, string? environment, string known)
    {
        using var folder = Company(models, model);

        var fault = Assert.Single(Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, folder["data"], name => name == "AIMANAGER_MODEL" ? environment : null)).Faults);

        Assert.Equal("agents/buyer.md:3:8", fault.Place.ToString());
        Assert.Contains($"There is no model '{model}'.", fault.Message, StringComparison.Ordinal);
        Assert.Contains(known, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "default", null)]
    [InlineData("", "scripted", null)]
    [InlineData("model: { name: big, url: 'http://a/v1' }", "big", null)]
    [InlineData("model: { name: big, url: 'http://a/v1' }", "other", "other")]
    [InlineData("models: { default: { name: big, url: 'http://a/v1' }, fast: { name: small, url: 'http://b/v1' } }", "fast", "other")]
    [InlineData("models: { default: { name: big, url: 'http://a/v1' } }", "default", null)]
    public void An_agent_may_name_any_model_that_is_there(string models, string model, string? environment)
    {
        using var folder = Company(models, model);
        var company = LoadedCompany.Load(folder.Path, folder["data"], name => name == "AIMANAGER_MODEL" ? environment : null);
        Assert.Equal(model, Assert.Single(company.Directory.Agents).Model);
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

    private static TempFolder Company(string models, string model) => SmallCompany.Make(
        ("company.yaml", SmallCompany.Settings + models + "\n"),
        ("agents/buyer.md", $"---\nname: buyer\nmodel: {model}\n---\nYou buy.\n"));

    private static CompanySettings Read(TempFolder folder, Func<string, string?> environment)
    {
        var reader = new ConfigReader();
        var settings = CompanySettings.Bind(CompanyFolder.Read(folder.Path), reader, environment);
        reader.ThrowIfFaulty();
        return settings;
    }
}
