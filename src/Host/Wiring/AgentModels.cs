using System.Collections.Immutable;
using AiManager.ExecutionAgents;

namespace AiManager.Host;

/// <summary>Sees to it that every agent's <c>model</c> is one that can be asked: a name that is nowhere would be refused question by question.</summary>
internal static class AgentModels
{
    private const string Folder = "agents/";
    private const string Key = "model";

    /// <summary>Faults each agent whose model is not there.</summary>
    /// <param name="bundle">The company's files.</param>
    /// <param name="settings">What <c>company.yaml</c> says.</param>
    /// <param name="environment">Looks up an environment variable; null when it is not set.</param>
    /// <param name="reader">Takes mistakes.</param>
    public static void Check(CompanyBundle bundle, CompanySettings settings, Func<string, string?> environment, ConfigReader reader)
    {
        var names = Names(settings, environment);
        foreach (var (_, page) in bundle.Pages.Where(p => p.Key.StartsWith(Folder, StringComparison.Ordinal)))
        {
            if (page.FrontMatter[Key] is ConfigNode.Scalar { IsNull: false } model && !names.Contains(model.Text))
            {
                reader.Fault(model.Place, $"There is no model '{model.Text}'. Name it in company.yaml under 'models'; known now: {string.Join(", ", names)}.");
            }
        }
    }

    /// <summary>Names in a company's files; a single model is known by its own name too, as is the scripted one where it plays.</summary>
    private static ImmutableArray<string> Names(CompanySettings settings, Func<string, string?> environment)
    {
        if (!settings.OtherModels.IsEmpty)
        {
            return [AgentProfile.UsualModel, .. settings.OtherModels.Keys];
        }

        var only = ModelSettings.NameInForce(settings.Model, environment) ?? ScriptedModel.Name;
        return [.. new[] { AgentProfile.UsualModel, only }.Distinct()];
    }
}
