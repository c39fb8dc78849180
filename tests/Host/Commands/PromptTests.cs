using AiManager.Tools;

namespace AiManager.Host.Tests;

/// <summary>What is asked of whoever sits at a terminal, and as whom they may answer.</summary>
public sealed class PromptTests
{
    private static readonly PersonResource Jana = new("jana", "Jana", ["operator"]);
    private static readonly PersonResource Olga = new("olga", "Olga", ["operator"]);
    private static readonly PersonResource Petra = new("petra", "Petra [Novak]", ["lead"]);

    [Theory]
    [InlineData("operator", true, "jana", "jana")]
    [InlineData("operator", true, "olga", "olga")]
    [InlineData("operator", false, "olga", "olga")]
    [InlineData("operator", true, "petra", "jana")]
    [InlineData("operator", false, "petra", null)]
    [InlineData("lead", true, "jana", "petra")]
    [InlineData("lead", false, "jana", null)]
    [InlineData("emperor", false, "jana", "jana")]
    public void A_question_is_answered_by_who_sits_here_where_it_is_theirs_and_for_others_only_where_the_company_lets_a_terminal(string role, bool allows, string requester, string? person) =>
        Assert.Equal(person, StandIns.ForQuestion(role, new CompanyResource("A", "EUR", "m", true, allows, [Jana, Olga, Petra]), requester)?.Id);

    [Theory]
    [InlineData(null, ConsoleKey.Enter)]
    [InlineData("retry", ConsoleKey.DownArrow, ConsoleKey.Enter)]
    [InlineData("giveUp", ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.Enter)]
    public async Task A_question_shows_its_choices_and_a_key_that_is_pressed_too_often_leaves_it_for_later(string? choice, params ConsoleKey[] keys)
    {
        using var console = new KeyedConsole(keys);
        Assert.Equal(choice, await EscalationPrompt.AskAsync(console, Question("The task [red]'Order'[/] cannot go on: \u001b[2J No."), Petra, CancellationToken.None));
        Assert.Contains("Try again", console.Screen, StringComparison.Ordinal);
        Assert.Contains("Petra [Novak]", console.Screen, StringComparison.Ordinal);
        Assert.Contains("[red]'Order'[/]", console.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[2J", console.Screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Later", ConsoleKey.Enter)]
    [InlineData("Approve", ConsoleKey.DownArrow, ConsoleKey.Enter)]
    [InlineData("Reject", ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.Enter)]
    public async Task An_approval_is_given_by_choosing_it_and_not_by_the_first_key(string answer, params ConsoleKey[] keys)
    {
        var approval = new ApprovalResource(
            default, default, null, "purchaser", "erp.order", JsonText.Parse("""{"supplier":"acme"}"""), JsonText.EmptyObject, "digest", "large", "It is large.",
            [new SeatView("lead", null)], [], "pending", default, default, null, [], [], null, [], "batch")
        {
            Preview = new PreviewView("erp.effect", JsonText.EmptyObject, PreviewView.Taken, JsonText.Parse("""{"stock":"7 of [red]12[/]"}"""), null, []),
        };
        using var console = new KeyedConsole(keys);
        Assert.Equal(answer, (await ApprovalPrompt.AskAsync(console, approval, Petra, "lead", new PlainWords(_ => null), CancellationToken.None)).ToString());
        Assert.Contains("7 of [red]12[/]", console.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_question_leaves_the_terminal_on_a_line_of_its_own_with_its_cursor()
    {
        using var console = new KeyedConsole();
        using var interrupt = new CancellationTokenSource();
        var asking = EscalationPrompt.AskAsync(console, Question("What now?"), Jana, interrupt.Token);
        await interrupt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.EndsWith("\u001b[?25h\n", console.Screen.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static EscalationResource Question(string words) => new(
        default, default, "blockedTask", null, "operator", words, ["retry", "skip", "giveUp"], "open", null, null, default, null);
}
