using Microsoft.Extensions.AI;

namespace AiManager.ExecutionAgents;

/// <summary>
/// Records what comes back from a model, or plays it instead of asking. Stands outside the retries: what is kept is what the product got in the end.
/// </summary>
internal sealed class CassetteChatClient(IChatClient inner, CassetteOptions options) : DelegatingChatClient(inner)
{
    private readonly Cassette _cassette = new(options.Folder, new CassetteProgress(options.IsReplay ? options.Progress : null));

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? chat = null, CancellationToken cancellationToken = default)
    {
        var asked = messages.ToList();
        var request = CassetteRequest.Of(asked, chat, options.Clean);
        var place = (chat as QuestionOptions)?.Place;
        if (options.IsReplay)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return _cassette.Next(request, place).Play(request);
        }

        ChatResponse response;
        try
        {
            response = await base.GetResponseAsync(asked, chat, cancellationToken);
        }
        catch (Exception fault) when (fault is not QuestionStoppedException && !cancellationToken.IsCancellationRequested)
        {
            _cassette.Keep(request, place, CassetteReply.Of(fault, request, options.Clean));
            throw;
        }

        _cassette.Keep(request, place, CassetteReply.Of(response, request, options.Clean));
        return response;
    }
}
