using System.ClientModel;
using System.Globalization;

namespace AiManager.ExecutionAgents;

/// <summary>An endpoint answered, and not with what was asked for.</summary>
/// <param name="status">As HTTP says it.</param>
/// <param name="body">Its words, cut; empty when there are none.</param>
/// <param name="retryAfter">As the header says it; null when there is none.</param>
internal sealed class AnsweredException(int status, string body, string? retryAfter) : Exception($"The endpoint answered {status.ToString(CultureInfo.InvariantCulture)}.")
{
    public int Status => status;

    public string Body => body;

    public string? RetryAfter => retryAfter;

    /// <summary>What of <paramref name="fault"/> is an endpoint's answer, whichever SDK it went through; null when it is none.</summary>
    public static AnsweredException? Of(Exception? fault) => fault switch
    {
        null => null,
        AnsweredException answered => answered,
        ClientResultException { Status: > 0 } answered => new AnsweredException(
            answered.Status,
            answered.GetRawResponse()?.Content.ToString() ?? string.Empty,
            answered.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var wait) == true ? wait : null),
        _ => Of(fault.InnerException),
    };
}
