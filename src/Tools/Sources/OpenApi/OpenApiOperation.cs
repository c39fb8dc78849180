using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One operation of a document, ready to be called.</summary>
/// <param name="Name">Stable and unique in its document.</param>
/// <param name="Method">In capitals.</param>
/// <param name="Path">The template, such as <c>/orders/{id}</c>.</param>
/// <param name="Description">The document's words, which are nobody's promise.</param>
/// <param name="Schema">Of the arguments.</param>
/// <param name="Parameters">What goes into path, query, headers and cookies.</param>
/// <param name="Body">What goes into the body; null when nothing does.</param>
internal sealed record OpenApiOperation(
    string Name, string Method, string Path, string Description, JsonText Schema, ImmutableArray<OpenApiParameter> Parameters, OpenApiBody? Body)
{
    /// <summary>The method promises that nothing changes. A claim: what the service does with it is its own affair.</summary>
    public bool ClaimsReadOnly => Method is "GET" or "HEAD";

    /// <summary>Everything that decides how its arguments go on the wire, as one text.</summary>
    public string Wire => string.Join(
        '\n',
        [
            $"{Method} {Path}",
            .. Parameters.Select(p => $"{p.Argument} {p.Name} {p.Place} {p.Style} {p.Explodes} {p.KeepsReserved}").Order(StringComparer.Ordinal),
            Body is null ? string.Empty : $"{Body.Argument} {Body.Kind} {Body.MediaType} {string.Join(',', Body.DeepFields.Order(StringComparer.Ordinal))}",
        ]);

    /// <summary>The method promises that twice is as good as once. A claim.</summary>
    public bool ClaimsIdempotent => Method is "GET" or "HEAD" or "PUT" or "DELETE";
}

/// <summary>An operation that cannot be called from here, and why.</summary>
internal sealed record UnusableOperation(string Name, string Method, string Path, string Reason);

/// <summary>Where a parameter goes.</summary>
internal enum OpenApiPlace
{
    Path,
    Query,
    Header,
    Cookie,
}

/// <summary>How a list or a map is written there.</summary>
internal enum OpenApiStyle
{
    Form,
    Simple,
    Label,
    Matrix,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,

    /// <summary>As JSON text: the parameter declares <c>content</c>.</summary>
    Json,
}

/// <summary>One parameter.</summary>
/// <param name="Argument">Its name among the arguments.</param>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Place">Where it goes.</param>
/// <param name="Style">How it is written.</param>
/// <param name="Explodes">Each value by itself.</param>
/// <param name="KeepsReserved">Reserved characters of a query stay as they are.</param>
internal sealed record OpenApiParameter(string Argument, string Name, OpenApiPlace Place, OpenApiStyle Style, bool Explodes, bool KeepsReserved);

/// <summary>What a body is written as.</summary>
internal enum OpenApiBodyKind
{
    Json,
    Form,
    Multipart,
    Text,
}

/// <summary>The body.</summary>
/// <param name="Argument">Its name among the arguments.</param>
/// <param name="Kind">What it is written as.</param>
/// <param name="MediaType">As the document names it.</param>
/// <param name="DeepFields">Fields of a form whose lists are numbered (<c>expand[0]=…</c>) and not repeated.</param>
internal sealed record OpenApiBody(string Argument, OpenApiBodyKind Kind, string MediaType, ImmutableHashSet<string> DeepFields);
