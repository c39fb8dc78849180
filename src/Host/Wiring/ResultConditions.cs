using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// Conditions on what a call gives, looked at when the file is read: what is found out only when the condition is needed is found out after the money is spent.
/// </summary>
internal static class ResultConditions
{
    /// <summary>Looks at the acceptance checks of every playbook.</summary>
    /// <param name="bundle">The company.</param>
    /// <param name="catalog">Says what a tool gives.</param>
    /// <param name="reader">Collects what is wrong.</param>
    public static void CheckPlaybooks(CompanyBundle bundle, Catalog catalog, ConfigReader reader)
    {
        foreach (var (_, page) in bundle.Pages.Where(p => p.Key.StartsWith("playbooks/", StringComparison.Ordinal)))
        {
            foreach (var check in (page.FrontMatter["acceptance"] as ConfigNode.List)?.Items.OfType<ConfigNode.Map>() ?? [])
            {
                Check(check, check["tool"] is ConfigNode.Scalar tool ? catalog.ResultOf(tool.Text) : new WhenType.Dynamic(), reader);
            }
        }
    }

    /// <summary>Looks at the condition <c>is</c> of a check, at its own place in the file.</summary>
    /// <param name="map">The check.</param>
    /// <param name="result">What its call gives.</param>
    /// <param name="reader">Collects what is wrong.</param>
    public static void Check(ConfigNode.Map map, WhenType result, ConfigReader reader)
    {
        if (map["is"] is not ConfigNode.Scalar { IsNull: false } scalar)
        {
            return;
        }

        var origin = new WhenPosition(scalar.Place.Line, scalar.Place.Column + (scalar.IsQuoted ? 1 : 0));
        foreach (var fault in FaultsOf(scalar.Text, origin, result))
        {
            reader.Fault(new ConfigPlace(scalar.Place.File, fault.Line, fault.Column), fault.Message);
        }
    }

    /// <summary>What is wrong with a condition on a result; empty for nothing.</summary>
    /// <param name="text">The condition.</param>
    /// <param name="origin">Where it begins.</param>
    /// <param name="result">What the call gives.</param>
    public static ImmutableArray<WhenFault> FaultsOf(string text, WhenPosition origin, WhenType result) => When.Parse(text, origin) switch
    {
        WhenParsed.Sound sound => [.. sound.Expression.Check(new WhenScope { Args = new WhenType.Dynamic(), Result = result })],
        WhenParsed.Faulty faulty => [.. faulty.Faults],
        _ => [],
    };
}
