using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One of the tests in <c>authority.yaml</c>.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Agent">Who calls.</param>
/// <param name="Tool">What is called.</param>
/// <param name="Args">With which arguments.</param>
/// <param name="Facts">Facts as the gate would find them.</param>
/// <param name="Expected">What must come out.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record PolicyTest(string Name, string Agent, string Tool, JsonText Args, JsonText Facts, Effect Expected, ConfigPlace Place)
{
    /// <summary>What was called before, in order; empty for nothing.</summary>
    public ImmutableArray<PolicyTestPast> Past { get; init; } = [];

    /// <summary>What the arguments are made of; null when the test does not say: then no flow is asked, and conditions on <c>labels</c> err.</summary>
    public ToldLabels? Labels { get; init; }
}

/// <summary>A call that a test says was made before.</summary>
/// <param name="Agent">Who called.</param>
/// <param name="Tool">What was called.</param>
/// <param name="Args">With which arguments.</param>
/// <param name="Facts">Facts as the gate had found them.</param>
/// <param name="Ago">How long before the tested call.</param>
internal sealed record PolicyTestPast(string Agent, string Tool, JsonText Args, JsonText Facts, TimeSpan Ago);
