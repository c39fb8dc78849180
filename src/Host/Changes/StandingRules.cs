using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// <c>standing.yaml</c>: rules that were drafted from approvals, a line each, in a file of their own, so that no program rewrites what people wrote. A folder that has no such
/// file keeps the one that is in force; an empty one (<c>rules: []</c>) takes it away.
/// </summary>
internal static class StandingRules
{
    private const string File = CompanyTools.StandingFile;
    private const string Header = "# yaml-language-server: $schema=../../schemas/standing.schema.json\n# Agreed in advance with approvals. Each ends by itself.\nrules:\n";

    /// <summary>The files with one rule more. Throws <see cref="ConfigException"/>.</summary>
    public static CompanyBundle With(CompanyBundle bundle, JsonText rule)
    {
        // Written anew from what was read: an empty list in flow style has no line to add one behind.
        var earlier = bundle.Documents.GetValueOrDefault(File)?["rules"] is ConfigNode.List list ? list.Items : [];
        var lines = earlier.Select(r => ConfigReader.Json(r).Text).Append(CanonicalJson.Of(rule).Text).Select(text => $"  - {text}\n");
        return CompanyFolder.Of(bundle.Texts.SetItem(File, Header + string.Concat(lines)));
    }

    /// <summary>A folder's files as they would come into force: with the standing rules that are, where the folder says nothing of any.</summary>
    public static async Task<CompanyBundle> KeptAsync(CompanyBundle folder, CompanyState state, IBlobs blobs, CancellationToken cancellationToken) =>
        !folder.Texts.ContainsKey(File) && state.Files.ContainsKey(File) ? Kept(folder, await Standing.ReadAsync(state, blobs, cancellationToken)) : folder;

    /// <summary>The same, where it is known what is in force.</summary>
    public static CompanyBundle Kept(CompanyBundle folder, CompanyBundle active) =>
        !folder.Texts.ContainsKey(File) && active.Texts.TryGetValue(File, out var text) ? CompanyFolder.Of(folder.Texts.SetItem(File, text)) : folder;
}
