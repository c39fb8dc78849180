using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>What went wrong with an endpoint, in words for people. Nothing here shows a key, even where an endpoint echoes it.</summary>
internal static partial class ModelFaults
{
    private const int LongestQuote = 300;

    public static ModelAnswer Answer(Exception fault, ModelOptions options) => fault switch
    {
        _ when AnsweredException.Of(fault) is { } answered => ErrorOf(answered) is { Code: "no_script" } none && answered.Status == 422
            ? new ModelAnswer(ModelOutcome.NoScript, null, [], null, none.Message)
            : Away(Refusal(answered, options)),
        QuestionStoppedException stopped => Away($"It was not asked again: {stopped.Message}"),
        CassetteException cassette => Away(cassette.Message),
        HostedToolException hosted => Away($"The reply was refused: in it the provider ran a tool of its own ({Hosted(hosted.Kind)}), which no rule here has allowed."),
        Polly.Timeout.TimeoutRejectedException => Away($"The model at {Place(options)} did not answer within {options.Timeout.TotalSeconds:0} seconds."),
        _ when IsRefused(fault) => Away($"Nothing answers at {Place(options)}. Is the model running, and is AIMANAGER_MODEL_URL right?"),
        _ when IsNetwork(fault) => Away($"The connection to the model at {Place(options)} broke before an answer was there."),
        _ => Away($"The answer from {Place(options)} could not be read: it is not what {(options.Kind == ModelKind.Anthropic ? "Anthropic's" : "an OpenAI-compatible")} endpoint sends."),
    };

    public static bool IsNoScript(AnsweredException fault) => ErrorOf(fault) is { Code: "no_script" };

    private static string Refusal(AnsweredException fault, ModelOptions options) => fault.Status switch
    {
        401 or 403 => $"The model's endpoint does not take the key ({fault.Status}). Is AIMANAGER_MODEL_KEY right?",
        404 => $"{Place(options)} knows no model '{options.Name}' (404). Are AIMANAGER_MODEL and AIMANAGER_MODEL_URL right?",
        >= 300 and < 400 => $"The model's endpoint sends elsewhere ({fault.Status}), where no question goes.",
        429 => "The model's endpoint takes no more questions now (429), also after waiting.",
        >= 500 => $"The model's endpoint is in trouble ({fault.Status}), also after waiting.",
        _ => $"The model's endpoint did not take the question ({fault.Status}){Quote(fault, options)}",
    };

    /// <summary>The endpoint's own words, which say what to change; the key and whatever looks like one are taken out.</summary>
    private static string Quote(AnsweredException fault, ModelOptions options)
    {
        if (ErrorOf(fault)?.Message is not { Length: > 0 } words)
        {
            return ".";
        }

        var clean = Forms(options.Key).Aggregate(words, (text, form) => text.Replace(form, "***", StringComparison.OrdinalIgnoreCase));
        clean = KeyLike().Replace(clean, "***").ReplaceLineEndings(" ");
        return ": " + (clean.Length <= LongestQuote ? clean : clean[..LongestQuote] + "…");
    }

    /// <summary>The key as an echo may show it.</summary>
    private static string[] Forms(string? key) => string.IsNullOrEmpty(key) ? [] : [key, Uri.EscapeDataString(key), Convert.ToBase64String(Encoding.UTF8.GetBytes(key))];

    private static (string? Code, string Message)? ErrorOf(AnsweredException fault)
    {
        if (!JsonText.TryParse(fault.Body, out var json))
        {
            return null;
        }

        var root = json.ToElement();
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("error", out var error))
        {
            return null;
        }

        return error.ValueKind == JsonValueKind.Object
            ? (error.TryGetProperty("code", out var code) ? code.ToString() : null, error.TryGetProperty("message", out var message) ? message.ToString() : string.Empty)
            : (null, error.ToString());
    }

    /// <summary>A word of the provider's, as a word.</summary>
    private static string Hosted(string kind) => kind.Length is > 0 and <= 60 && kind.All(c => char.IsAsciiLetterLower(c) || c is '_' or ' ') ? kind : "something unknown";

    /// <summary>Without user and query, which can hold secrets.</summary>
    private static string Place(ModelOptions options) => options.Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private static bool IsRefused(Exception fault) => Causes(fault).Any(f => f is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound });

    private static bool IsNetwork(Exception fault) =>
        Causes(fault).Any(f => f is HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException or JsonException);

    private static IEnumerable<Exception> Causes(Exception fault) => fault is AggregateException several
        ? several.InnerExceptions.SelectMany(Causes)
        : fault.InnerException is { } inner ? Causes(inner).Prepend(fault) : [fault];

    private static ModelAnswer Away(string error) => new(ModelOutcome.Unavailable, null, [], null, error);

    [GeneratedRegex(@"\b(sk|key|pk|gsk|xai|AIza)[-_]?[A-Za-z0-9_*\-]{12,}")]
    private static partial Regex KeyLike();
}
