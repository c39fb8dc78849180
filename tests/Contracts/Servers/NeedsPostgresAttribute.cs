namespace AiManager.Contracts;

/// <summary>The tests of this class need a PostgreSQL server; without one they are skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPostgresAttribute : Attribute;
