using AiManager.Contracts;

namespace AiManager.ExecutionAgents.Tests;

public sealed class ScriptedModelClientTests : ModelClientContract
{
    protected override IModelClient Client { get; } = new ScriptedModelClient(Scripts.Model(Script));

    [Fact]
    public void It_says_that_it_is_scripted() =>
        Assert.Equal(new ModelInfo("scripted", IsScripted: true, IsInside: true, 0, 0), Assert.Single(Client.Models));
}
