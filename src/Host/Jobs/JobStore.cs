namespace AiManager.Host;

/// <summary>Where the scheduler keeps what is to come.</summary>
internal abstract record JobStore
{
    /// <summary>The file's name in a data folder.</summary>
    public const string FileName = "jobs.db";

    private JobStore()
    {
    }

    /// <summary>A file of this process's own.</summary>
    public sealed record File(string Path) : JobStore;

    /// <summary>A PostgreSQL that several hosts share: each firing comes to one of them.</summary>
    public sealed record Shared(string ConnectionString) : JobStore
    {
        /// <inheritdoc/>
        public override string ToString() => nameof(Shared); // a password is in no log
    }
}
