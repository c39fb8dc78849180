using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AiManager.ExecutionAgents;

namespace AiManager.Evals;

/// <summary>
/// Which fault falls where: a pure function of the seed and the question's id, which is itself derived from workflow, task, step and attempt (decision 0008). Nothing
/// here counts, so the order in which questions come changes nothing.
/// </summary>
/// <param name="Seed">Another seed is another run.</param>
/// <param name="Rate">The share of questions that something goes wrong with, 0 to 1.</param>
internal sealed record ChaosPlan(long Seed, double Rate)
{
    /// <summary>Of the tasks, the part of <see cref="Rate"/> on which whoever works goes in circles from the first question to the last.</summary>
    private const double CirclingShare = 0.05;

    private static readonly int Faults = Enum.GetValues<ChaosFault>().Length - 1;

    /// <summary>What goes wrong with a question.</summary>
    public ChaosFault FaultOf(ModelQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return question is { Step: AgentBrief.Step, Task: { } task } && Share(task.Value, "circles") < Rate * CirclingShare ? ChaosFault.EndlessLoop
            : Share(question.Ask.Value, "falls") < Rate ? (ChaosFault)(1 + Pick(question.Ask, "fault", Faults))
            : ChaosFault.None;
    }

    /// <summary>A whole number from 0 to below <paramref name="of"/>, always the same one for the same question and matter.</summary>
    public int Pick(AskId ask, string matter, int of) => (int)(Share(ask.Value, matter) * of);

    private double Share(Guid id, string matter)
    {
        Span<byte> input = stackalloc byte[24 + Encoding.UTF8.GetByteCount(matter)];
        BinaryPrimitives.WriteInt64BigEndian(input, Seed);
        id.TryWriteBytes(input[8..], bigEndian: true, out _);
        Encoding.UTF8.GetBytes(matter, input[24..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, digest);
        return (BinaryPrimitives.ReadUInt64BigEndian(digest) >> 11) * Math.ScaleB(1, -53);
    }
}
