using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Scenarios.Tests;

/// <summary>What is done to a host.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL, and a new process in its place.</summary>
    Kill,

    /// <summary>SIGSTOP for longer than a lease, then SIGCONT.</summary>
    Freeze,
}

/// <summary>One fault.</summary>
/// <param name="Step">From 0; each step is <see cref="FaultPlan.Pace"/> after the one before.</param>
/// <param name="Host">Which host.</param>
/// <param name="Kind">What happens to it.</param>
internal sealed record Fault(int Step, int Host, FaultKind Kind);

/// <summary>
/// Which fault falls where: a function of seed and step alone, never of what happened or in which order, so that a plan that is printed can be played again.
/// By the plan's own reckoning at least one host is always up.
/// </summary>
internal static class FaultPlan
{
    /// <summary>Between two faults.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    /// <summary>How long a frozen host stays frozen: longer than its lease.</summary>
    public static readonly TimeSpan Frozen = TimeSpan.FromSeconds(5);

    /// <summary>Steps that a host is reckoned to be away after a fault: frozen, or being started again.</summary>
    private const int StepsAway = 3;

    public static IReadOnlyList<Fault> Of(int seed, int steps, int hosts)
    {
        var away = Enumerable.Repeat(-StepsAway, hosts).ToArray();
        var plan = new List<Fault>();
        for (var step = 0; step < steps; step++)
        {
            var up = Enumerable.Range(0, hosts).Where(h => step - away[h] >= StepsAway).ToList();
            if (up.Count < 2)
            {
                continue; // the last one stays
            }

            var chance = Chance(seed, step);
            var host = up[(int)(chance % (uint)up.Count)];
            away[host] = step;
            plan.Add(new Fault(step, host, (chance >> 16) % 2 == 0 ? FaultKind.Kill : FaultKind.Freeze));
        }

        return plan;
    }

    private static uint Chance(int seed, int step) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}/{step}"))));
}
