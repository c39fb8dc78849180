using System.Collections.Immutable;

namespace AiManager.Evals;

/// <summary>Cases about one company, as a file of <c>evals/suites</c> tells them.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Company">The company's folder, relative to the repository.</param>
/// <param name="About">One line for people.</param>
/// <param name="Cases">In the file's order; a wording is a case of its own.</param>
/// <param name="Mutants">One for each feature that the suite guards: how to switch it off.</param>
internal sealed record EvalSuite(string Name, string Company, string About, ImmutableArray<EvalCase> Cases, ImmutableArray<Mutant> Mutants);

/// <summary>One fresh company, some runs of the real program on it, and what must have come of them.</summary>
/// <param name="Suite">The suite's name.</param>
/// <param name="Name">Unique in its suite.</param>
/// <param name="Runs">In order, on the same data folder; at least one.</param>
/// <param name="Approve">Roles whose holders say yes at the terminal.</param>
/// <param name="Trouble">What is changed in the company before the first run.</param>
/// <param name="Guards">The features that it would miss.</param>
/// <param name="Expected">What must have come of it.</param>
internal sealed record EvalCase(
    string Suite,
    string Name,
    ImmutableArray<RunStep> Runs,
    ImmutableArray<string> Approve,
    ImmutableArray<Trouble> Trouble,
    ImmutableArray<string> Guards,
    Expectation Expected)
{
    /// <summary>For tables and reports.</summary>
    public string FullName => $"{Suite}/{Name}";

    /// <summary>Whether its trouble is in what the scripted model says: with a model that thinks for itself there would be none.</summary>
    public bool ChangesScripts => Trouble.Any(t => t is Trouble.File { Path: var path } && path.StartsWith("scripts/", StringComparison.Ordinal));
}

/// <summary>What is done with a case's company, one after the other.</summary>
internal abstract record RunStep
{
    private RunStep()
    {
    }

    /// <summary>A goal is submitted.</summary>
    internal sealed record Submit(string Goal) : RunStep;

    /// <summary>What is unfinished is driven on.</summary>
    internal sealed record Resume : RunStep;

    /// <summary>The world changes while nothing runs.</summary>
    internal sealed record Meanwhile(string Sql) : RunStep;

    /// <summary>People do something to the last run's workflow while nothing runs.</summary>
    internal abstract record Person : RunStep;

    /// <summary>Whoever holds a role decides everything that waits for it.</summary>
    /// <param name="Role">The role.</param>
    /// <param name="Reason">Why not; null for a yes.</param>
    internal sealed record Decide(string Role, string? Reason) : Person;

    /// <summary>Whoever holds a role has a task's call sent with other arguments than it asks for.</summary>
    /// <param name="Role">The role.</param>
    /// <param name="Task">The task's key.</param>
    /// <param name="Args">All arguments.</param>
    internal sealed record Edit(string Role, string Task, JsonText Args) : Person;

    /// <summary>Every open question that offers this choice is answered with it.</summary>
    /// <param name="Choice">One that it offers.</param>
    /// <param name="Words">What is said with it; null for nothing.</param>
    internal sealed record Answer(string Choice, string? Words) : Person;

    /// <summary>The person who has a task hands in what they made.</summary>
    internal sealed record HandIn(string Task, JsonText Deliverable) : Person;

    /// <summary>What a task may do is taken back.</summary>
    internal sealed record Revoke(string Task) : Person;

    /// <summary>The requester says something to the manager.</summary>
    internal sealed record Say(string Text) : Person;

    /// <summary>The requester stops it for now.</summary>
    internal sealed record Pause(string Reason) : Person;

    /// <summary>The requester ends it.</summary>
    internal sealed record Cancel(string Reason) : Person;
}

/// <summary>A feature switched off, to see that a case misses it.</summary>
/// <param name="Guard">The feature.</param>
/// <param name="Trouble">What switches it off in the company's copy; empty where the product is wired otherwise.</param>
/// <param name="Off">The part of the product that is wired otherwise; null where the company's copy is changed.</param>
internal sealed record Mutant(string Guard, ImmutableArray<Trouble> Trouble, SwitchedOff? Off = null)
{
    /// <summary>What is taken away, for the table: the product's own part in words, or what is changed of the company.</summary>
    public string Removes => Off?.Words ?? string.Join(", ", Trouble.Select(t => t is Trouble.File file ? file.Path : "the world").Distinct(StringComparer.Ordinal));
}

/// <summary>A change to a company's copy.</summary>
internal abstract record Trouble
{
    private Trouble()
    {
    }

    /// <summary>Statements that the world begins with, behind its own.</summary>
    internal sealed record World(string Sql) : Trouble;

    /// <summary>Other text in a file.</summary>
    /// <param name="Place">Where the suite says so, for errors.</param>
    /// <param name="Path">Relative to the company.</param>
    /// <param name="Find">What is replaced, once; null for the whole file.</param>
    /// <param name="Replacement">What stands there instead.</param>
    internal sealed record File(ConfigPlace Place, string Path, string? Find, string Replacement) : Trouble;
}
