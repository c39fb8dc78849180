using System.Collections.Immutable;
using AiManager.ExecutionAgents;

namespace AiManager.Host;

/// <summary>What <c>company.yaml</c> says.</summary>
/// <param name="Name">What the company is called on every page.</param>
/// <param name="Currency">ISO 4217; of every amount that names none.</param>
/// <param name="TimeZone">In which days begin and end.</param>
/// <param name="Model">The default model; null when none is named here.</param>
/// <param name="Budget">What a goal may use of models unless it says otherwise; null when only <c>authority.yaml</c> bounds it.</param>
/// <param name="AllowLocalStandIn">True when whoever sits at the terminal may answer for others.</param>
/// <param name="MinutesPerTask">What a task takes a person, for the report's savings; null leaves savings out.</param>
/// <param name="Worlds">Where worlds lie that are not in the data folder: name to file.</param>
/// <param name="Limits">What one caller may ask of the service.</param>
/// <param name="OtherModels">Models beside the default one, by the names that agents use; empty when there is one or none.</param>
/// <param name="Retention">When workflows that ended go into files; null for never.</param>
/// <param name="Seals">How the journal is sealed.</param>
/// <param name="Memory">How long it is remembered what workflows did.</param>
internal sealed record CompanySettings(
    string Name,
    string Currency,
    TimeZoneInfo TimeZone,
    ModelSettings? Model,
    Amounts? Budget,
    bool AllowLocalStandIn,
    decimal? MinutesPerTask,
    ImmutableSortedDictionary<string, string> Worlds,
    ApiLimits Limits,
    ImmutableSortedDictionary<string, ModelSettings> OtherModels,
    RetentionSettings? Retention,
    SealSettings Seals,
    MemorySettings Memory)
{
    /// <summary>Who confirms what lets more through than what is in force; null when nobody has to.</summary>
    public ChangeControl? ChangeControl { get; init; }

    /// <summary>The model that makes vectors of what is remembered; null for hashed words, which need none.</summary>
    public EmbeddingSettings? Embeddings { get; init; }

    /// <summary>The provider that says who somebody is; null where links and keys alone sign in.</summary>
    public OidcSettings? Oidc { get; init; }

    /// <summary>Who outside is told of what happens, by name.</summary>
    public ImmutableSortedDictionary<string, WebhookSettings> Webhooks { get; init; } = ImmutableSortedDictionary<string, WebhookSettings>.Empty;

    /// <summary>By which server people are told by mail; null for none.</summary>
    public MailSettings? Mail { get; init; }

    /// <summary>Every secret that the file was filled in with, the models' own keys apart: what comes from outside must not show them.</summary>
    public IEnumerable<string> Secrets =>
        new[] { Embeddings?.Endpoint.Key, Oidc?.ClientSecret, Mail?.Password, Memory.Home.Secret }.OfType<string>()
            .Concat(Webhooks.Values.SelectMany(w => w.Secrets).SelectMany(s => s.Forms))
            .Concat(Mail?.Links?.Forms ?? []);

    /// <summary>The file's name.</summary>
    public const string File = "company.yaml";

    /// <summary>Keys of the file.</summary>
    public static readonly ImmutableArray<string> Keys = ["name", "currency", "timeZone", "model", "models", "budget", "allowLocalStandIn", "savings", "worlds", "api", "retention", "seals", "memory", "embeddings", "changeControl", "signIn", "webhooks", "mail"];

    /// <summary>Keys of <c>model</c>.</summary>
    public static readonly ImmutableArray<string> ModelKeys = ["kind", "url", "name", "key", "inside", "inputPrice", "outputPrice", "timeout"];

    /// <summary>Keys of <c>budget</c>.</summary>
    public static readonly ImmutableArray<string> BudgetKeys = AmountsReader.Keys;

    /// <summary>Keys of <c>savings</c>.</summary>
    public static readonly ImmutableArray<string> SavingsKeys = ["minutesPerTask"];

    /// <summary>Binds the file; mistakes go to <paramref name="reader"/>.</summary>
    /// <param name="bundle">The company.</param>
    /// <param name="reader">Collects what is wrong.</param>
    /// <param name="environment">Looks up an environment variable; null when it is not set.</param>
    public static CompanySettings Bind(CompanyBundle bundle, ConfigReader reader, Func<string, string?> environment)
    {
        var file = bundle.Documents[File];
        reader.Keys(file, Keys);
        var placeholders = new Placeholders(environment);
        var models = ReadModels(reader, file, placeholders);
        var (limits, oidc) = (ApiLimits.Read(reader, file), OidcSettings.Read(reader, file, placeholders));
        var mail = MailSettings.Read(reader, file, oidc?.Address, placeholders);
        return new CompanySettings(
            ReadName(reader, file),
            ReadCurrency(reader, file),
            ReadTimeZone(reader, file),
            models.GetValueOrDefault(AgentProfile.UsualModel),
            reader.OptionalMap(file, "budget") is { } budget ? ReadBudget(reader, budget) : null,
            reader.OptionalFlag(file, "allowLocalStandIn") ?? false,
            reader.OptionalMap(file, "savings") is { } savings ? ReadSavings(reader, savings) : null,
            NamedWorlds.Bind(file, reader, placeholders),
            new[] { oidc?.Address, mail?.Address }.OfType<Uri>().Distinct().Aggregate(limits, (known, address) => known.At(address)),
            models.Remove(AgentProfile.UsualModel),
            RetentionSettings.Read(reader, file, placeholders),
            SealSettings.Read(reader, file, placeholders),
            MemorySettings.Read(reader, file, placeholders))
        {
            ChangeControl = ChangeControl.Read(reader, file),
            Embeddings = EmbeddingSettings.Read(reader, file, placeholders),
            Oidc = oidc,
            Mail = mail,
            Webhooks = WebhookSettings.Read(reader, file, placeholders),
        };
    }

    /// <summary>One as <c>model</c>, or several with names as <c>models</c>, of which <c>default</c> must be one.</summary>
    private static ImmutableSortedDictionary<string, ModelSettings> ReadModels(ConfigReader reader, ConfigNode.Map file, Placeholders placeholders)
    {
        var models = ImmutableSortedDictionary.CreateBuilder<string, ModelSettings>(StringComparer.Ordinal);
        if (reader.OptionalMap(file, "model") is { } only)
        {
            models.Add(AgentProfile.UsualModel, ReadModel(reader, only, placeholders));
        }

        if (reader.OptionalMap(file, "models") is not { } several)
        {
            return models.ToImmutable();
        }

        if (models.Count > 0)
        {
            reader.Fault(several.Place, "Write either 'model' or 'models', not both.");
            return models.ToImmutable();
        }

        if (several[AgentProfile.UsualModel] is null)
        {
            reader.Fault(several.Place, "'default' is missing: it is the model of whoever names none.");
        }

        foreach (var entry in several.Entries)
        {
            if (!ModelSettings.IsName(entry.Key))
            {
                reader.Fault(entry.Place, $"'{entry.Key}' cannot be a model's name: write 1 to 64 letters, digits, dots, hyphens or underscores.");
            }
            else if (reader.OptionalMap(several, entry.Key) is { } model)
            {
                models.Add(entry.Key, ReadModel(reader, model, placeholders));
            }
            else if (entry.Value is ConfigNode.Scalar { IsNull: true })
            {
                reader.Fault(entry.Place, $"'{entry.Key}' must be a map.");
            }
        }

        return models.ToImmutable();
    }

    private static string ReadName(ConfigReader reader, ConfigNode.Map file)
    {
        var name = reader.Text(file, "name");
        if (file["name"] is ConfigNode.Scalar { IsNull: false } written && string.IsNullOrWhiteSpace(name))
        {
            reader.Fault(written.Place, "'name' must not be empty.");
        }

        return name;
    }

    private static string ReadCurrency(ConfigReader reader, ConfigNode.Map file)
    {
        var currency = reader.Text(file, "currency");
        if (currency.Length > 0 && !(currency.Length == 3 && currency.All(char.IsAsciiLetterUpper)))
        {
            reader.Fault(file["currency"]!.Place, "'currency' must be three capital letters of ISO 4217, such as EUR.");
        }

        return currency;
    }

    private static TimeZoneInfo ReadTimeZone(ConfigReader reader, ConfigNode.Map file)
    {
        var id = reader.Text(file, "timeZone");
        if (id.Length == 0 || TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
        {
            return id.Length == 0 ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(id);
        }

        reader.Fault(file["timeZone"]!.Place, $"There is no time zone '{id}' on this machine; write an IANA name such as Europe/Prague.");
        return TimeZoneInfo.Utc;
    }

    private static ModelSettings ReadModel(ConfigReader reader, ConfigNode.Map model, Placeholders placeholders)
    {
        reader.Keys(model, ModelKeys);
        var kind = ReadKind(reader, model);
        var url = placeholders.Fill(reader, model, "url") ?? (kind == ModelKind.Anthropic && model["url"] is null ? ModelSettings.AnthropicUrl : string.Empty);
        if (model["url"] is null && kind != ModelKind.Anthropic)
        {
            reader.Fault(model.Place, "'url' is missing.");
        }
        else if (model["url"] is not null && url.Length > 0 && !ModelSettings.IsUsable(url))
        {
            reader.Fault(model["url"]!.Place, "'url' must be an http or https address, such as http://127.0.0.1:11434/v1.");
        }

        EndpointSettings.IsFromEnvironment(reader, model);

        return new ModelSettings(
            url,
            reader.Text(model, "name"),
            model["key"] is null ? null : placeholders.Fill(reader, model, "key"),
            reader.OptionalFlag(model, "inside") ?? false,
            Price(reader, model, "inputPrice"),
            Price(reader, model, "outputPrice"),
            reader.OptionalDuration(model, "timeout"))
        {
            Kind = kind,
        };
    }

    private static ModelKind ReadKind(ConfigReader reader, ConfigNode.Map model) =>
        reader.OptionalWord(model, "kind", "is not spoken here; openai is what most endpoints speak.", ("openai", ModelKind.OpenAi), ("anthropic", ModelKind.Anthropic));

    private static decimal Price(ConfigReader reader, ConfigNode.Map map, string key)
    {
        var price = reader.OptionalNumber(map, key) ?? 0;
        if (price < 0)
        {
            reader.Fault(map[key]!.Place, $"'{key}' must not be negative.");
        }

        return price;
    }

    private static Amounts ReadBudget(ConfigReader reader, ConfigNode.Map budget)
    {
        reader.Keys(budget, BudgetKeys);
        return AmountsReader.Read(budget, reader);
    }

    private static decimal? ReadSavings(ConfigReader reader, ConfigNode.Map savings)
    {
        reader.Keys(savings, SavingsKeys);
        if (savings["minutesPerTask"] is null)
        {
            reader.Fault(savings.Place, "'minutesPerTask' is missing.");
        }

        return Price(reader, savings, "minutesPerTask");
    }
}
