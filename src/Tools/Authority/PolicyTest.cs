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
internal sealed record PolicyTest(string Name, string Agent, string Tool, JsonText Args, JsonText Facts, Effect Expected, ConfigPlace Place);
