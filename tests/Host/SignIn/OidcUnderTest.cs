using System.Net;

namespace AiManager.Host.Tests;

/// <summary>A company whose people sign in at a provider, and the browsers that they do it with.</summary>
internal static class OidcUnderTest
{
    /// <summary>Starts the service; the provider is where it will be.</summary>
    /// <param name="port">The provider's.</param>
    /// <param name="people">Who is known.</param>
    /// <param name="more">More keys of <c>oidc</c>.</param>
    /// <param name="settings">More lines of <c>company.yaml</c>.</param>
    public static Task<ApiUnderTest> StartAsync(int port, string people, string more = "", string settings = "") => ApiUnderTest.StartAsync(
        $"signIn: {{ oidc: {{ name: Example ID, authority: 'http://127.0.0.1:{port}', clientId: manager, clientSecret: '${{HOOK}}'{more} }} }}\n{settings}", ("people.yaml", people));

    /// <summary>A browser that goes where it is sent only when a test has it go.</summary>
    public static (HttpClient Browser, CookieContainer Cookies) Browser(ApiUnderTest api)
    {
        var cookies = new CookieContainer();
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = api.Url };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return (client, cookies);
    }

    /// <summary>One that keeps no cookies but those that a test gives it.</summary>
    public static HttpClient Bare(ApiUnderTest api, string? cookies = null)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = api.Url };
        if (cookies is not null)
        {
            client.DefaultRequestHeaders.Add("Cookie", cookies);
        }

        return client;
    }

    /// <summary>The cookie of a sign-in that was begun, as whoever copies it has it.</summary>
    public static string AttemptOf(ApiUnderTest api, CookieContainer cookies) => $"{AttemptName(api)}={cookies.GetCookies(new Uri(api.Url, OidcPages.Returns))[AttemptName(api)]!.Value}";

    /// <summary>The name of that cookie, which is the data folder's own.</summary>
    public static string AttemptName(ApiUnderTest api) => OidcPages.Cookie + api.Get<SessionKeys>().Mark;

    /// <summary>Begins a sign-in; answers where the browser is sent.</summary>
    public static async Task<Uri> BeginAsync(HttpClient browser, string back = "/")
    {
        using var reply = await browser.GetAsync(new Uri($"{OidcPages.Begins}?back={Uri.EscapeDataString(back)}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
        return reply.Headers.Location!;
    }

    /// <summary>Asks for a page; answers how that went.</summary>
    public static async Task<HttpStatusCode> StatusAsync(HttpClient browser, string path)
    {
        using var reply = await browser.GetAsync(new Uri(path, UriKind.Relative));
        return reply.StatusCode;
    }
}
