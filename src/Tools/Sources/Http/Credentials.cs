using System.Text;

namespace AiManager.Tools;

/// <summary>How a source proves who asks. Put on each request just before it goes, and nowhere else.</summary>
internal abstract class Credentials
{
    private Credentials()
    {
    }

    /// <summary>Nobody asks for any.</summary>
    public static Credentials None { get; } = new Nothing();

    /// <summary>True when a refused request may be worth another try with new ones.</summary>
    public virtual bool CanRenew => false;

    /// <summary>Puts them on.</summary>
    /// <param name="request">Leaves right after.</param>
    /// <param name="renews">The last ones were refused.</param>
    /// <param name="cancellationToken">Stops.</param>
    public abstract ValueTask ApplyAsync(HttpRequestMessage request, bool renews, CancellationToken cancellationToken);

    /// <summary>Whether they stand where an argument of that place and name would: a service that gets both would take its pick.</summary>
    public virtual bool Takes(OpenApiPlace place, string parameter) => false;

    private static void Set(HttpRequestMessage request, string header, string value)
    {
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
    }

    private sealed class Nothing : Credentials
    {
        public override ValueTask ApplyAsync(HttpRequestMessage request, bool renews, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    /// <summary>One header, whole.</summary>
    public sealed class Header(string name, string value) : Credentials
    {
        /// <summary><c>Authorization: Bearer …</c></summary>
        public static Header Bearer(string token) => new("Authorization", "Bearer " + token);

        /// <summary><c>Authorization: Basic …</c></summary>
        public static Header Basic(string user, string password) => new("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

        /// <inheritdoc/>
        public override ValueTask ApplyAsync(HttpRequestMessage request, bool renews, CancellationToken cancellationToken)
        {
            Set(request, name, value);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A key in the query.</summary>
    public sealed class Query(string name, string value) : Credentials
    {
        /// <inheritdoc/>
        public override bool Takes(OpenApiPlace place, string parameter) => place == OpenApiPlace.Query && parameter.Equals(name, StringComparison.OrdinalIgnoreCase);

        /// <inheritdoc/>
        public override ValueTask ApplyAsync(HttpRequestMessage request, bool renews, CancellationToken cancellationToken)
        {
            var uri = request.RequestUri!;
            if (uri.Query.TrimStart('?').Split('&').Any(p => Uri.UnescapeDataString(p.Split('=')[0].Replace('+', ' ')).Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                // The names of a map's fields are written as parameters, and a model chooses them.
                throw new OpenApiFault($"The arguments make a query parameter '{name}', where the company's own key goes.");
            }

            var pair = $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";
            request.RequestUri = new UriBuilder(uri) { Query = uri.Query.Length > 1 ? $"{uri.Query[1..]}&{pair}" : pair }.Uri;
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A key in a cookie.</summary>
    public sealed class Cookie(string name, string value) : Credentials
    {
        /// <inheritdoc/>
        public override bool Takes(OpenApiPlace place, string parameter) => place == OpenApiPlace.Cookie && parameter.Equals(name, StringComparison.OrdinalIgnoreCase);

        /// <inheritdoc/>
        public override ValueTask ApplyAsync(HttpRequestMessage request, bool renews, CancellationToken cancellationToken)
        {
            var others = request.Headers.TryGetValues("Cookie", out var known) ? string.Join("; ", known) + "; " : string.Empty;
            Set(request, "Cookie", $"{others}{name}={Uri.EscapeDataString(value)}");
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A token that is asked for when it is needed.</summary>
    public sealed class Token(OAuthTokens tokens) : Credentials
    {
        /// <inheritdoc/>
        public override bool CanRenew => true;

        /// <inheritdoc/>
        public override async ValueTask ApplyAsync(HttpRequestMessage request, bool renews, CancellationToken cancellationToken) =>
            Set(request, "Authorization", "Bearer " + await tokens.GetAsync(renews, cancellationToken));
    }
}
