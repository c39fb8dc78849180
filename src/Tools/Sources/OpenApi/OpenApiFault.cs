namespace AiManager.Tools;

/// <summary>Something in a document that makes one operation unusable, or the whole of it when it is thrown while reading that; or arguments that cannot be sent.</summary>
internal sealed class OpenApiFault(string message, long line = 1, long column = 1) : Exception(message)
{
    /// <summary>Where in the document's text, from 1.</summary>
    public (int Line, int Column) At => ((int)line, (int)column);
}
