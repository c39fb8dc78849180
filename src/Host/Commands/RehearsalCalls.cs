using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A call to show the gate.</summary>
/// <param name="Agent">Who makes it.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Args">The arguments, an object.</param>
/// <param name="Expected">What the policy's own tests say of it.</param>
internal sealed record RehearsalCall(string Agent, string Tool, JsonText Args, Effect Expected);

/// <summary>Calls that a company gives itself as examples: the tests of its policy, then what its agents may read without arguments.</summary>
internal static class RehearsalCalls
{
    /// <summary>In the file's order, reads behind.</summary>
    public static ImmutableArray<RehearsalCall> Of(LoadedCompany company)
    {
        var reader = new ConfigReader();
        var calls = ImmutableArray.CreateBuilder<RehearsalCall>();
        foreach (var test in reader.Maps(company.Bundle.Documents["authority.yaml"], "tests"))
        {
            if (reader.OptionalMap(test, "call") is { } call && Enum.TryParse<Effect>(reader.Text(test, "expect"), ignoreCase: true, out var expected))
            {
                var args = reader.OptionalMap(call, "args") is { } given ? ConfigReader.Json(given) : JsonText.EmptyObject;
                calls.Add(new RehearsalCall(reader.Text(call, "agent"), reader.Text(call, "tool"), args, expected));
            }
        }

        var readable = company.Tools.Catalog.Infos.Where(t => t.IsReadOnly).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        calls.AddRange(
            from agent in company.Directory.Agents
            from tool in agent.Tools
            where readable.Contains(tool)
            select new RehearsalCall(agent.Name, tool, JsonText.EmptyObject, Effect.Allow));
        return calls.ToImmutable();
    }
}
