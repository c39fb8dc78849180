namespace AiManager.Contracts;

/// <summary>The tests of this class need what <c>tests/Fixtures/npm</c> names; where it cannot be fetched they are skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsNpmAttribute : Attribute;
