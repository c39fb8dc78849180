using System.Globalization;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One digest for equal requests to authority.</summary>
internal static class RequestDigest
{
    /// <summary>Each part stands by itself, so that no two different requests are written alike.</summary>
    public static string Of(AuthorityRequest request)
    {
        var scope = PolicyScope.Values(request, new WhenRecord(new Dictionary<string, WhenValue>(StringComparer.Ordinal)));
        return CanonicalJson.Digest(
            request.ToolName,
            Written(request.Traits),
            request.Agent,
            request.ArgsJson?.Text ?? Written(request.Args),
            Written(request.Facts),
            Written(scope.Task),
            Written(scope.Goal),
            Written(scope.Labels),
            request.Now.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
    }

    private static string Written(WhenValue? value) => value switch
    {
        null => string.Empty,
        WhenRecord record => "{" + string.Concat(record.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key.Length}:{f.Key}={Written(f.Value)},")) + "}",
        WhenList list => "[" + string.Concat(list.Items.Select(i => Written(i) + ",")) + "]",
        WhenNumber number => (number.Value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture),
        WhenText text => $"{text.Value.Length}:{text.Value}",
        WhenTimestamp time => "t" + time.Value.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        WhenError => "!",
        _ => value.ToString(),
    };
}
