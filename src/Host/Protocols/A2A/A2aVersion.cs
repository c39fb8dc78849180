namespace AiManager.Host;

/// <summary>Which revision of A2A a call is in.</summary>
internal static class A2aVersion
{
    /// <summary>The one that is spoken here.</summary>
    public const string Spoken = "1.0";

    private const string Name = "A2A-Version";

    /// <summary>Throws when the call is in another; a call that does not say is in 0.3, by the protocol.</summary>
    public static void Check(HttpRequest request)
    {
        var said = request.Headers[Name].ToString() is { Length: > 0 } header ? header : request.Query[Name].ToString();
        if (said != Spoken && !said.StartsWith(Spoken + ".", StringComparison.Ordinal))
        {
            throw A2aException.Version($"Revision {Spoken} is spoken here; say so with the header '{Name}: {Spoken}'.");
        }
    }
}
