namespace AiManager.Host;

/// <summary>Something that a deployment does for itself again and again. Registering one is all it takes to have it run, listed and searched.</summary>
internal interface IUpkeep
{
    /// <summary>Its name in lists, behind <c>upkeep/</c>.</summary>
    string Name { get; }

    /// <summary>When.</summary>
    MonitorSchedule Schedule { get; }

    /// <summary>Does it, and answers in a sentence what came of it. Doing it twice is harmless.</summary>
    Task<string> RunAsync(CancellationToken cancellationToken);
}
