using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;

namespace AiManager.Host.Tests;

/// <summary>What a page makes a browser run. Pages are found in the table of routes, so that whoever adds one is counted too.</summary>
public sealed partial class ScriptSizeTests(HardHost host) : IClassFixture<HardHost>
{
    /// <summary>Bytes, as they are before anything packs them.</summary>
    private const int Most = 30 * 1024;

    [Fact]
    public async Task No_page_ships_more_than_30_KB_of_script()
    {
        var workflow = (await host.Api.SubmittedAsync()).ToString();
        using var jana = await host.Api.BrowserAsync("jana");
        jana.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var (pages, sizes) = (0, new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var path in Paths().Select(p => p.Replace("{id}", workflow, StringComparison.Ordinal)))
        {
            using var reply = await jana.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            if (reply.Content.Headers.ContentType?.MediaType != "text/html")
            {
                continue;
            }

            pages++;
            var page = await reply.Content.ReadAsStringAsync();
            var bytes = Inline().Matches(page).Sum(m => m.Groups[1].Length);
            foreach (Match script in Source().Matches(page))
            {
                var source = script.Groups[1].Value;
                Assert.StartsWith("/", source, StringComparison.Ordinal);
                bytes += sizes.TryGetValue(source, out var known) ? known : sizes[source] = (await jana.GetByteArrayAsync(new Uri(source, UriKind.Relative))).Length;
            }

            Assert.True(bytes <= Most, $"{path} ships {bytes} bytes of script");
        }

        Assert.True(pages >= 18, $"{pages} pages were looked at");
        Assert.NotEmpty(sizes);
    }

    private IEnumerable<string> Paths() =>
        from endpoint in host.Api.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") != false
        select "/" + endpoint.RoutePattern.RawText!.Trim('/');

    [GeneratedRegex("<script[^>]*\\bsrc=\"([^\"]+)\"")]
    private static partial Regex Source();

    [GeneratedRegex("<script(?![^>]*\\bsrc=)[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Inline();
}
