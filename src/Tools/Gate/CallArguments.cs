using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Arguments as the journal keeps them.</summary>
internal static class CallArguments
{
    /// <summary>Arguments beyond this, in UTF-8 bytes, are refused unread.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>The canonical form; what is no object, or cannot be put into it, stays as it was written (and no schema accepts it).</summary>
    public static JsonText Canonical(JsonText args)
    {
        try
        {
            return args.Text.AsSpan().TrimStart() is ['{', ..] ? CanonicalJson.Of(args) : args;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or ArgumentException)
        {
            return args;
        }
    }
}
