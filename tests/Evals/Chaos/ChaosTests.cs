using System.Globalization;

namespace AiManager.Evals.Tests;

/// <summary>Small workflows around a model that misbehaves: the suite of 2,000 in small.</summary>
public sealed class ChaosTests
{
    private static readonly string Repository = Suites.Repository()!;

    [Fact]
    public async Task Whatever_the_model_does_every_workflow_ends_in_a_named_state_and_every_law_holds()
    {
        var (options, problem) = ChaosOptions.Read(["--workflows", "60", "--rate", "0.3", "--seed", "7"]);
        Assert.Null(problem);
        var report = await ChaosCommand.RunAsync(Repository, options, Quiet.Instance, CancellationToken.None);

        Assert.Empty(report.Broken);
        Assert.Equal(60, report.Ends.Values.Sum(e => e.Values.Sum()));
        Assert.All(report.Ends.Values, e => Assert.DoesNotContain(ChaosOutcome.Stuck, e.Keys));
        Assert.All(report.Ends.Values, e => Assert.True(e["completed"] > 0));
        Assert.InRange((double)report.Faults.Values.Sum() / report.Questions, 0.2, 0.5);
        Assert.True(report.WaitedHours > 0, "silence and storms took no time, and are told as what they would have taken");
        Assert.All(report.Laws.Values, l => Assert.True(l.Looked > 0));
        Assert.DoesNotContain("Faults of this seed", Printed(report), StringComparison.Ordinal); // side by side, whoever comes first in the world decides what is asked
        Assert.Empty(report.Plans);
    }

    [Fact]
    public async Task A_digest_of_the_faults_is_shown_of_a_run_that_would_be_the_same_again()
    {
        var (options, _) = ChaosOptions.Read(["--workflows", "4", "--serial"]);
        var report = await ChaosCommand.RunAsync(Repository, options, Quiet.Instance, CancellationToken.None);
        Assert.Contains($"Faults of this seed: procurement {report.Plans["procurement"]}, support-desk {report.Plans["support-desk"]}.", Printed(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("procurement")]
    [InlineData("support-desk")]
    public async Task The_same_seed_puts_the_same_faults_in_the_same_places(string name)
    {
        var company = ChaosCompany.All.Single(c => c.Name == name);
        var first = await Run(5).RunAsync(company, 8, CancellationToken.None);
        var second = await Run(5).RunAsync(company, 8, CancellationToken.None);
        var other = await Run(6).RunAsync(company, 8, CancellationToken.None);

        Assert.NotEmpty(first.Falls);
        Assert.Equal(first.Workflows.AsEnumerable(), second.Workflows);
        Assert.Equal(first.Falls.ToHashSet(), second.Falls.ToHashSet());
        Assert.Equal(first.PlanDigest, second.PlanDigest);
        Assert.Equal(first.Ends, second.Ends);
        Assert.NotEqual(first.PlanDigest, other.PlanDigest);
    }

    [Fact]
    public void One_step_after_the_other_is_an_option_without_a_value()
    {
        var (options, problem) = ChaosOptions.Read(["--serial", "--seed", "9"]);
        Assert.Null(problem);
        Assert.True(options.IsSerial);
        Assert.Equal(9, options.Seed);
        Assert.False(ChaosOptions.Read([]).Options.IsSerial);
    }

    [Theory]
    [InlineData("--rate", "1.5", "'--rate' takes a share from 0 to 1.")]
    [InlineData("--workflows", "0", "'--workflows' takes a whole number from 1 to 15000.")]
    [InlineData("--model", "qwen3", "'--model-url' and '--model' go together.")]
    [InlineData("--sead", "1", "Unknown option '--sead'.")]
    [InlineData("--model-url", "nowhere", "'--model-url' takes an address.")]
    [InlineData("--serial", "--out", "'--out' needs a value.")]
    [InlineData("--seed", "--serial", "'--seed' takes a whole number.")]
    public void A_wrong_option_is_named(string option, string value, string problem) => Assert.Equal(problem, ChaosOptions.Read([option, value]).Problem);

    private static string Printed(ChaosReport report)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        report.Print(output);
        return output.ToString();
    }

    private static ChaosRun Run(long seed) => new(Repository, new ChaosPlan(seed, 0.3), model: null, keep: null, Quiet.Instance) { IsSerial = true };
}
