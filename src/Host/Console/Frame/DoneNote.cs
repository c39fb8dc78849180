using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace AiManager.Host;

/// <summary>
/// What came of the last form, said once on the page that it leads to. It goes there in a cookie, sealed for whoever sent the form and good for a minute, so that no address and no other
/// site can have a page say anything.
/// </summary>
internal static class DoneNote
{
    private const string Cookie = "aimanager-done";
    private const string Purpose = "what came of a form";
    private const int MostLetters = 400;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>Has the next page say it.</summary>
    /// <param name="context">The request that did it.</param>
    /// <param name="words">One or two sentences.</param>
    public static void Leave(HttpContext context, string words)
    {
        var until = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() + Lifetime;
        var sealing = context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose);
        context.Response.Cookies.Append(
            NameOf(context), sealing.Protect(string.Join('\n', Caller.Of(context.User).Person, until.ToUnixTimeSeconds(), Written.Short(words, MostLetters))), Options(context, Lifetime));
    }

    /// <summary>What there is to say to whoever looks, and not once more; null for nothing.</summary>
    /// <param name="context">The request of a page.</param>
    /// <param name="person">Whoever looks.</param>
    public static string? Take(HttpContext context, string person)
    {
        if (context.Request.Cookies[NameOf(context)] is not { Length: > 0 } seal)
        {
            return null;
        }

        context.Response.Cookies.Delete(NameOf(context), Options(context, null));
        try
        {
            var parts = context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose).Unprotect(seal).Split('\n', 3);
            var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
            return parts[0] == person && context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() < until ? parts[2] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string NameOf(HttpContext context) => Cookie + context.RequestServices.GetRequiredService<SessionKeys>().Mark;

    private static CookieOptions Options(HttpContext context, TimeSpan? lifetime) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", MaxAge = lifetime, IsEssential = true };
}
