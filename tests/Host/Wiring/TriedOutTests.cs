namespace AiManager.Host.Tests;

/// <summary>What is tried out with variables of the environment: recordings of models, and prompts.</summary>
public sealed class TriedOutTests
{
    private const string Outline = "---\nstep: outline\nversion: 99\n---\nWrite a plan.\n";

    [Fact]
    public async Task What_the_companys_model_says_is_recorded_and_played()
    {
        using var folder = SmallCompany.Make();
        using var data = new TempFolder();
        Assert.Equal(ModelOutcome.NoScript, (await AskAsync(folder, data["first"], Variable(CassetteSettings.Record, data["tapes"]))).Outcome);
        Assert.Single(Directory.GetFiles(data["tapes"]));
        Assert.Equal(ModelOutcome.NoScript, (await AskAsync(folder, data["second"], Variable(CassetteSettings.Replay, data["tapes"]))).Outcome);

        File.Delete(Assert.Single(Directory.GetFiles(data["tapes"])));
        var missed = await AskAsync(folder, data["third"], Variable(CassetteSettings.Replay, data["tapes"]));
        Assert.Equal(ModelOutcome.Unavailable, missed.Outcome);
        Assert.Contains("There is no recorded reply to this question", missed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_cannot_be_meant_is_named()
    {
        using var folder = SmallCompany.Make();
        using var data = new TempFolder();
        Assert.Contains("there is no folder", Assert.Throws<UsageException>(() => Load(folder, data.Path, Variable(CassetteSettings.Replay, data["none"]))).Message, StringComparison.Ordinal);
        Assert.Contains("do not go together", Assert.Throws<UsageException>(() => Load(folder, data.Path, asked => asked is CassetteSettings.Record or CassetteSettings.Replay ? data.Path : null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_of_a_folder_stand_in_place_of_those_that_are_built_in()
    {
        using var folder = SmallCompany.Make();
        using var prompts = new TempFolder();
        prompts.Write("outline.md", Outline);
        var tried = Load(folder, folder["data"], Variable(PromptFiles.Variable, prompts.Path)).Prompts.Steps;
        Assert.Equal((99, "Write a plan."), (tried["outline"].Version, tried["outline"].Text));
        Assert.NotEqual(99, tried["detail"].Version);
    }

    [Fact]
    public void A_prompt_that_there_is_none_of_and_a_folder_that_is_not_there_are_named()
    {
        using var folder = SmallCompany.Make();
        using var prompts = new TempFolder();
        var path = prompts.Write("outlines.md", Outline);
        Assert.Contains($"{path}:1:1: There is no prompt of this name", Assert.Throws<ConfigException>(() => Load(folder, folder["data"], Variable(PromptFiles.Variable, prompts.Path))).Message, StringComparison.Ordinal);
        Assert.Contains("there is no folder", Assert.Throws<UsageException>(() => Load(folder, folder["data"], Variable(PromptFiles.Variable, prompts["none"]))).Message, StringComparison.Ordinal);
    }

    private static Func<string, string?> Variable(string name, string value) => asked => asked == name ? value : null;

    private static LoadedCompany Load(TempFolder folder, string data, Func<string, string?> environment) => LoadedCompany.Load(folder.Path, data, environment);

    private static async Task<ModelAnswer> AskAsync(TempFolder folder, string data, Func<string, string?> environment)
    {
        var taken = Assert.IsType<DataFolderResult.Taken>(await DataFolder.TakeAsync(data, TimeProvider.System, CancellationToken.None));
        await using var deployment = await Deployment.OpenAsync(Load(folder, data, environment), taken.Folder, CancellationToken.None);
        var model = deployment.Get<IModelClient>();
        Assert.True(model.Models[0].IsScripted);
        var question = new ModelQuestion(default, null, "act", "manager", "default", [new ModelMessage.System("Role: manager\nStep: act"), new ModelMessage.User("What now?")], [], JsonText.Null);
        return await model.AskAsync(question, CancellationToken.None);
    }
}
