using System.Collections.Immutable;
using AiManager.ExecutionAgents;
using AiManager.Host;

namespace AiManager.Evals;

/// <summary>What a case's program does otherwise than by itself.</summary>
/// <param name="Record">Where to record what the model says; null for nowhere.</param>
/// <param name="Replay">A recording to play; null for none.</param>
/// <param name="Prompts">Prompts of another version; null for those that are built in.</param>
internal sealed record CaseSettings(string? Record, string? Replay, string? Prompts)
{
    /// <summary>Beside the replies, which are <c>.json</c>.</summary>
    private const string ShapeFile = "journal.shape";

    public static CaseSettings None { get; } = new(null, null, null);

    /// <summary>The variables of a case's program. Each case has a recording of its own: two cases may ask the same and get other answers. What was recorded of it before is gone.</summary>
    public ImmutableDictionary<string, string> For(EvalCase one)
    {
        var variables = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (Record is not null)
        {
            var folder = FolderOf(Record, one);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            variables[CassetteSettings.Record] = folder;
        }

        if (Replay is not null)
        {
            // A case that was not recorded is one without any reply, which is said by each question.
            Directory.CreateDirectory(FolderOf(Replay, one));
            variables[CassetteSettings.Replay] = FolderOf(Replay, one);
        }

        if (Prompts is not null)
        {
            variables[PromptFiles.Variable] = Prompts;
        }

        return variables.ToImmutable();
    }

    /// <summary>
    /// Keeps how a recorded case's journal came out, or looks whether that of a played one is the same, task by task. Null where nothing is played.
    /// </summary>
    public async Task<Grade?> CompareAsync(EvalCase one, CaseEvidence evidence, CancellationToken cancellationToken)
    {
        if (Record is not null)
        {
            PrivateFiles.MakeFolder(FolderOf(Record, one));
            PrivateFiles.Write(Path.Combine(FolderOf(Record, one), ShapeFile), JournalShape.Write(evidence.Workflows));
        }

        if (Replay is null)
        {
            return null;
        }

        var file = Path.Combine(FolderOf(Replay, one), ShapeFile);
        if (!File.Exists(file))
        {
            return Grade.Of(Aspects.Replay, held: false, "how its journal came out was not recorded");
        }

        var difference = JournalShape.Difference(JournalShape.Read(await File.ReadAllTextAsync(file, cancellationToken)), [.. evidence.Workflows.Select(JournalShape.Of)]);
        return Grade.Of(Aspects.Replay, difference is null, $"the journal came out otherwise than it was recorded: {difference}");
    }

    private static string FolderOf(string recording, EvalCase one) => Path.Combine(recording, one.Suite, one.Name.Replace('/', '.'));
}
