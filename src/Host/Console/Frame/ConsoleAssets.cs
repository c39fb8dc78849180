using System.Security.Cryptography;

namespace AiManager.Host;

/// <summary>The style, the script and the sign: inside the program, under addresses that change with them, so that a browser asks for each once.</summary>
internal static class ConsoleAssets
{
    private static readonly Asset Css = Read("console.css", "text/css; charset=utf-8");
    private static readonly Asset Js = Read("console.js", "text/javascript; charset=utf-8");

    private static readonly Asset Svg = Read("console.svg", "image/svg+xml");

    /// <summary>The style's address.</summary>
    public static string Style => Css.Address;

    /// <summary>The script's address.</summary>
    public static string Script => Js.Address;

    /// <summary>The sign's address.</summary>
    public static string Icon => Svg.Address;

    /// <summary>Maps them, for everybody: the sign-in page needs them too.</summary>
    public static void MapConsoleAssets(this IEndpointRouteBuilder app)
    {
        foreach (var asset in (Asset[])[Css, Js, Svg])
        {
            app.MapGet("/" + asset.Name, (HttpContext context) =>
            {
                context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return TypedResults.Bytes(asset.Bytes, asset.Type);
            }).ExcludeFromDescription().AllowAnonymous();
        }
    }

    private static Asset Read(string name, string type)
    {
        using var stream = typeof(ConsoleAssets).Assembly.GetManifestResourceStream("console/" + name) ?? throw new InvalidOperationException($"{name} is not in the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new Asset(name, type, bytes, $"/{name}?{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6))}");
    }

    private sealed record Asset(string Name, string Type, byte[] Bytes, string Address);
}
