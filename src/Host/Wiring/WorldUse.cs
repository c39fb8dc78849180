namespace AiManager.Host;

/// <summary>Which world a company works on.</summary>
internal enum WorldUse
{
    /// <summary>The one that <c>company.yaml</c> names, or else one in the data folder.</summary>
    NamedOrOwn,

    /// <summary>The one that <c>company.yaml</c> names: every host must find the same.</summary>
    Shared,

    /// <summary>One in the data folder, whatever is named: for trying things out.</summary>
    Own,
}
