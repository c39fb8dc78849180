using System.Net;

namespace AiManager.Host.Tests;

/// <summary>What a program is told in the head of a refusal: which key would do.</summary>
public sealed class ChallengeTests(HardHost host) : IClassFixture<HardHost>
{
    private const string CancelTask = """{"jsonrpc":"2.0","id":1,"method":"CancelTask","params":{"id":"wf_00000000000000000000000000"}}""";

    [Theory]
    [InlineData(null, "/api/workflows", "Bearer realm=\"AI Manager\", scope=\"read\"")]
    [InlineData("Bearer aim_nothing", "/api/workflows", "Bearer realm=\"AI Manager\", error=\"invalid_token\", scope=\"read\"")]
    [InlineData("Basic amFuYTp4", "/api/workflows", "Bearer realm=\"AI Manager\", scope=\"read\"")]
    [InlineData(null, "/a2a/tasks", "Bearer realm=\"AI Manager\", scope=\"read\"")]
    [InlineData(null, "/v1/models", "Bearer realm=\"AI Manager\", scope=\"read\"")]
    public async Task Whoever_is_not_signed_in_is_told_what_key_is_wanted_and_whether_the_one_that_came_is_none(string? authorization, string path, string challenge)
    {
        using var stranger = host.Api.Stranger();
        if (authorization is not null)
        {
            stranger.DefaultRequestHeaders.Add("Authorization", authorization);
        }

        using var reply = await stranger.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal((HttpStatusCode.Unauthorized, challenge), (reply.StatusCode, reply.Headers.WwwAuthenticate.ToString()));
    }

    [Fact]
    public async Task MCP_takes_any_key_and_says_so()
    {
        using var stranger = host.Api.Stranger();
        using var reply = await stranger.PostTextAsync("/mcp", "{}");
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"AI Manager\""), (reply.StatusCode, reply.Headers.WwwAuthenticate.ToString()));
    }

    [Theory]
    [InlineData("ada", "read", "/api/workflows", "{}", "submit")]
    [InlineData("ada", "metrics", "/v1/chat/completions", "{}", "submit read")]
    [InlineData("ada", "read", "/a2a", CancelTask, "submit")]
    [InlineData("vera", "", "/api/workflows", "{}", null)]
    [InlineData("vera", "", "/a2a", CancelTask, null)]
    public async Task A_key_that_is_for_too_little_is_told_which_scope_it_lacks_and_a_person_who_may_not_is_sent_for_no_other_key(string person, string scope, string path, string body, string? missing)
    {
        using var client = await host.Api.AsAsync(person, scope.Length == 0 ? [] : [scope]);
        client.DefaultRequestHeaders.Add("A2A-Version", "1.0");
        using var reply = await client.PostTextAsync(path, body);
        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        Assert.Equal(missing is null ? string.Empty : $"Bearer realm=\"AI Manager\", error=\"insufficient_scope\", scope=\"{missing}\"", reply.Headers.WwwAuthenticate.ToString());
    }
}
