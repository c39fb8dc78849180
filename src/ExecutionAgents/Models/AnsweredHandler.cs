namespace AiManager.ExecutionAgents;

/// <summary>
/// Turns every answer that is no success into one exception with its words and its wish to wait, before an SDK makes one of its own of it. Nothing is followed
/// anywhere: a redirect is such an answer too.
/// </summary>
internal sealed class AnsweredHandler : DelegatingHandler
{
    private const int LongestBody = 64 * 1024;

    public AnsweredHandler()
        : base(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[LongestBody];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            var wait = response.Headers.TryGetValues("Retry-After", out var values) ? values.First() : null;
            throw new AnsweredException((int)response.StatusCode, System.Text.Encoding.UTF8.GetString(buffer, 0, length), wait);
        }
    }
}
