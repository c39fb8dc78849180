using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What came of one of the tests in <c>authority.yaml</c>.</summary>
/// <param name="Name">The test's.</param>
/// <param name="Expected">What should have come out.</param>
/// <param name="Actual">What did.</param>
/// <param name="Rules">The rules that decided.</param>
/// <param name="Reason">Their words.</param>
/// <param name="Place">Where the test stands.</param>
public sealed record PolicyTestResult(string Name, Effect Expected, Effect Actual, ImmutableArray<string> Rules, string Reason, ConfigPlace Place)
{
    /// <summary>Whether it came out as expected.</summary>
    public bool HasPassed => Expected == Actual;
}
