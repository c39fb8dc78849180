using System.Globalization;
using AiManager.Host;
using AiManager.ManagerAgent;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.Evals;

/// <summary>A verb of the program with a part of the manager put together otherwise: in this process, at the same desk as the terminal's.</summary>
internal static class RewiredRun
{
    /// <summary>Does what <c>submit</c> or <c>resume</c> does, to its end.</summary>
    /// <param name="step">Which of the two.</param>
    /// <param name="one">The case.</param>
    /// <param name="folder">Its company and its data.</param>
    /// <param name="rewire">What is otherwise.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<ProgramRun> RunAsync(RunStep step, EvalCase one, CaseFolder folder, Action<IServiceCollection> rewire, CancellationToken cancellationToken)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        try
        {
            var company = LoadedCompany.Load(folder.Company, folder.Data, _ => null);
            var data = await DataFolder.TakeAsync(folder.Data, TimeProvider.System, cancellationToken) is DataFolderResult.Taken taken ? taken.Folder : throw new IOException($"{folder.Data} is in use.");
            await using var desk = new EmbeddedDesk(await Deployment.OpenAsync(company, data, cancellationToken, rewire));
            var requester = desk.Company.PersonOrOperator(null).Id;
            var exit = Exit.Completed;
            foreach (var workflow in step is RunStep.Submit { Goal: var goal } ? [await SubmitAsync(desk, goal, requester, cancellationToken)] : await desk.OpenAsync(cancellationToken))
            {
                var pursuit = new Pursuit(desk, new Terminal(output, output, Live: null, Questions: null), new PlainProgress(output, desk.Company.ToWords(), TimeProvider.System), requester, one.Approve);
                var seen = await pursuit.RunAsync(workflow, cancellationToken);
                ReportPrinter.PrintJson(seen, output);
                exit = Exit.Of(seen.Status);
            }

            return new ProgramRun(exit, output.ToString(), string.Empty);
        }
        catch (ConfigException broken)
        {
            return new ProgramRun(Exit.Usage, output.ToString(), broken.Message);
        }
    }

    private static async Task<WorkflowId> SubmitAsync(EmbeddedDesk desk, string goal, string requester, CancellationToken cancellationToken) =>
        await desk.SubmitAsync(goal, requester, cancellationToken) switch
        {
            SubmitResult.Created created => created.Workflow,
            SubmitResult.Joined joined => joined.Workflow,
            var other => throw new InvalidOperationException($"The goal was not taken: {other}"),
        };
}
