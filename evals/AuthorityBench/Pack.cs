using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using AiManager.Host;
using AiManager.Tools;

namespace AiManager.Evals;

/// <summary>What configures the layer for one suite, in the product's own files.</summary>
/// <param name="Tools"><c>tools.yaml</c>.</param>
/// <param name="Authority"><c>authority.yaml</c>.</param>
internal sealed record Pack(string Tools, string Authority)
{
    /// <summary>The agent whose calls are judged.</summary>
    public const string Agent = "assistant";

    private const string Owner = "owner";

    /// <summary>A committed pack; null when there is none of that name.</summary>
    public static Pack? Committed(string name)
    {
        var tools = Resource($"packs/{name}/tools.yaml");
        var authority = Resource($"packs/{name}/authority.yaml");
        return tools is null || authority is null ? null : new Pack(tools, authority);
    }

    /// <summary>Binds it with the product's loader. Throws <see cref="ConfigException"/>.</summary>
    /// <param name="world">The file behind <c>${world}</c>.</param>
    public CompanyTools Bind(string world)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var documents = ImmutableSortedDictionary.CreateBuilder<string, ConfigNode.Map>(StringComparer.Ordinal);
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (file, text) in new[] { ("tools.yaml", Tools), ("authority.yaml", Authority) })
        {
            texts[file] = text;
            if (YamlText.Read(file, text, 1, faults) is { } document)
            {
                documents[file] = document;
            }
        }

        if (faults.Count > 0)
        {
            throw new ConfigException(faults.ToImmutable());
        }

        var reader = new ConfigReader();
        var binder = new CatalogBinder(new SqliteProvider(), name => name == "world" ? world : null, TimeProvider.System, TimeZoneInfo.Utc, NoCrashPoints.Instance, reader);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Tools + Authority)));
        var bundle = new CompanyBundle(hash, documents.ToImmutable(), ImmutableSortedDictionary<string, ConfigPage>.Empty, texts.ToImmutable());
        var tools = CompanyTools.Bind(bundle, binder, new Household(), "USD", reader);
        reader.ThrowIfFaulty();
        return tools;
    }

    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "tools.yaml"), Tools);
        File.WriteAllText(Path.Combine(folder, "authority.yaml"), Authority);
    }

    private static string? Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }

    /// <summary>One person who is asked, and the agent.</summary>
    private sealed class Household : IDirectory
    {
        public ImmutableArray<Person> People { get; } = [new Person(Owner, Owner, null, [Owner], ImmutableDictionary<string, decimal>.Empty)];

        public ImmutableArray<AgentProfile> Agents { get; } = [new AgentProfile(Agent, [], [], "default", new TurnLimits(), string.Empty)];
    }
}
