using System.CommandLine;
using AiManager.ExecutionAgents;

namespace AiManager.Host;

/// <summary><c>scripted-model</c>: the company's scripts as a model behind the real wire, and nothing else.</summary>
internal static class ScriptedModelCommand
{
    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal)
    {
        var urls = new Option<string>("--urls") { Description = "Where to listen: a loopback address.", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:5081" };
        return new Command("scripted-model", "Serves only the scripted model, at /v1/chat/completions.") { urls }.Does(terminal, async (line, token) =>
        {
            var url = LoopbackAddress.Read(line.GetRequiredValue(urls));
            var company = SharedOptions.Place(line).LoadFolder(WorldUse.Own);
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            HostLogging.ToErrors(builder.Logging.ClearProviders());
            builder.WebHost.UseUrls(url.ToString());
            await using var app = builder.Build();
            app.MapScriptedModel(company.Scripts, TimeProvider.System);
            await app.StartAsync(token);
            await terminal.Out.WriteLineAsync($"The scripted model of {Printable.Line(company.Settings.Name)} at {app.Urls.First()}/v1/chat/completions");
            await terminal.Out.FlushAsync(token);
            using var stopping = token.Register(app.Lifetime.StopApplication);
            await app.WaitForShutdownAsync(CancellationToken.None);
            return Exit.Completed;
        });
    }
}
