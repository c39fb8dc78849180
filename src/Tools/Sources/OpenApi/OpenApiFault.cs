namespace AiManager.Tools;

/// <summary>Something in a document that makes one operation unusable, or the whole of it when it is thrown while reading that; or arguments that cannot be sent.</summary>
internal class OpenApiFault(string message, long line = 1, long column = 1) : Exception(message)
{
    /// <summary>Where in the document's text, from 1.</summary>
    public (int Line, int Column) At => ((int)line, (int)column);
}

/// <summary>Written out to that depth, the arguments are more than a model could read.</summary>
internal sealed class TooManySchemasFault() : OpenApiFault("Its arguments are too much to describe.");
