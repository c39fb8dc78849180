using System.Net;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>Somebody with a browser that runs no script: pages are read as text, and forms are sent as a browser sends them.</summary>
internal sealed partial class Visitor(HttpClient client) : IDisposable
{
    public HttpClient Client => client;

    /// <summary>Signed in by the printed link.</summary>
    public static async Task<Visitor> OfAsync(ApiUnderTest api, string person)
    {
        var client = await api.BrowserAsync(person);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return new Visitor(client);
    }

    /// <summary>A page, whatever its status.</summary>
    public async Task<string> PageAsync(string path)
    {
        using var reply = await client.GetAsync(new Uri(path, UriKind.Relative));
        return await reply.Content.ReadAsStringAsync();
    }

    /// <summary>A page's words as they are read: no sign of them is written as an entity.</summary>
    public async Task<string> WordsAsync(string path) => WebUtility.HtmlDecode(await PageAsync(path));

    /// <summary>Sends a form with the token of the page that it stands on.</summary>
    public async Task<(HttpStatusCode Status, string Page, Uri? Location)> SendAsync(string from, string to, params (string Name, string Value)[] fields)
    {
        var token = TokenField().Match(await PageAsync(from)).Groups[1].Value;
        using var form = new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), new("__RequestVerificationToken", token)]);
        using var reply = await client.PostAsync(new Uri(to, UriKind.Relative), form);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync(), reply.Headers.Location);
    }

    public void Dispose() => client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
