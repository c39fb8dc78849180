namespace AiManager.Evals.Tests;

public sealed class ChaosPlanTests
{
    [Fact]
    public void Which_fault_falls_where_depends_on_seed_and_question_and_on_no_order()
    {
        var questions = Enumerable.Range(0, 500).Select(i => ChaosQuestions.Of(i)).ToList();
        var plan = new ChaosPlan(11, 0.3);
        var forwards = questions.Select(plan.FaultOf).ToList();
        var backwards = Enumerable.Reverse(questions).Select(new ChaosPlan(11, 0.3).FaultOf).Reverse().ToList();
        Assert.Equal(forwards, backwards);
        Assert.NotEqual(forwards, [.. questions.Select(new ChaosPlan(12, 0.3).FaultOf)]);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.3, 0.28, 0.34)]
    [InlineData(1, 1, 1)]
    public void The_rate_is_the_share_of_questions_that_something_goes_wrong_with(double rate, double low, double high)
    {
        var plan = new ChaosPlan(1, rate);
        Assert.InRange(Enumerable.Range(0, 5_000).Count(i => plan.FaultOf(ChaosQuestions.Of(i)) != ChaosFault.None) / 5_000.0, low, high);
    }

    [Fact]
    public void Every_kind_of_fault_falls_somewhere()
    {
        var plan = new ChaosPlan(1, 1);
        Assert.Equal(Enum.GetValues<ChaosFault>().Except([ChaosFault.None]), Enumerable.Range(0, 1_000).Select(i => plan.FaultOf(ChaosQuestions.Of(i))).Distinct().Order());
    }

    [Fact]
    public void Some_tasks_go_in_circles_from_the_first_question_to_the_last()
    {
        var plan = new ChaosPlan(1, 1);
        var circling = Enumerable.Range(0, 400).Select(i => PrefixedId.Derive<TaskId>(Guid.Empty, $"{i}"))
            .Count(task => Enumerable.Range(0, 20).All(i => plan.FaultOf(ChaosQuestions.Of(i) with { Task = task, Step = "act" }) == ChaosFault.EndlessLoop));
        Assert.InRange(circling, 5, 50);
    }
}
