using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// Looks for a call that meets a demand, by cases: numbers as intervals, texts as sets with a beginning and an end, flags, and whether a field is there. What is
/// beyond that (patterns, <c>contains</c>, a field against a field) is only known to come out alike for the same call. "No" is sure because every set
/// holds at least what it should; "yes" is sure because the example was evaluated; the rest is unknown. Pure.
/// </summary>
public sealed class WhenSolver
{
    /// <summary>How many cases are looked at; beyond, the answer is unknown.</summary>
    private const int MostCases = 20_000;

    /// <summary>How many examples may fail before nothing more is tried.</summary>
    private const int MostExamples = 200;

    private readonly WhenDemand _demand;
    private readonly WhenGround _ground;
    private readonly AtomReader _atoms;
    private readonly FieldKinds _kinds;
    private int _cases;
    private int _examples;
    private WhenFacts? _found;
    private string? _doubt;

    private WhenSolver(WhenDemand demand, WhenGround ground) =>
        (_demand, _ground, _atoms, _kinds) = (demand, ground, new AtomReader(ground.Known), new FieldKinds(ground));

    /// <summary>Whether some call on <paramref name="ground"/> meets <paramref name="demand"/>.</summary>
    public static WhenAnswer Solve(WhenDemand demand, WhenGround ground)
    {
        var solver = new WhenSolver(demand, ground);
        solver.Explore(new Case(Box.Empty, [new Todo(demand, null, default)], []));
        return solver._found is { } example ? new WhenAnswer.Yes(example)
            : solver._doubt is { } doubt ? new WhenAnswer.Unknown(doubt)
            : new WhenAnswer.No();
    }

    private bool IsOver => _found is not null || _cases > MostCases || _examples > MostExamples;

    /// <summary>Something that must hold: a demand, or a part of a condition.</summary>
    private readonly record struct Todo(WhenDemand? Demand, WhenSyntax? Part, WhenWanted Wanted);

    /// <param name="Box">What is known by now.</param>
    /// <param name="Musts">What must hold beside.</param>
    /// <param name="Choices">Of each, one must hold.</param>
    private readonly record struct Case(Box Box, ImmutableStack<Todo> Musts, ImmutableList<ImmutableArray<Todo>> Choices);

    private void Explore(Case at)
    {
        if (++_cases > MostCases)
        {
            _doubt = $"there are more than {MostCases} cases to look at";
            return;
        }

        var (box, musts, choices) = (at.Box, at.Musts, at.Choices);
        while (!musts.IsEmpty)
        {
            musts = musts.Pop(out var must);
            if (PartsOf(must) is not var (parts, isChoice))
            {
                if (Narrowed(box, must) is not { } narrower)
                    return;
                box = narrower;
            }
            else if (!isChoice || parts.Length == 1)
            {
                musts = parts.Reverse().Aggregate(musts, (stack, part) => stack.Push(part));
            }
            else if (parts.IsEmpty)
            {
                return;
            }
            else
            {
                choices = choices.Add(parts);
            }
        }

        if (choices.IsEmpty)
        {
            Try(box);
            return;
        }

        var choice = choices.MinBy(parts => parts.Length);
        choices = choices.Remove(choice);
        foreach (var part in choice)
        {
            Explore(new Case(box, [part], choices));
            if (IsOver)
                return;
        }
    }

    /// <returns>The parts of which all, or one, must hold; null for a comparison.</returns>
    private static (ImmutableArray<Todo> Parts, bool IsChoice)? PartsOf(Todo must) => must switch
    {
        { Demand: WhenDemand.All all } => ([.. all.Parts.Select(part => new Todo(part, null, default))], false),
        { Demand: WhenDemand.Any any } => ([.. any.Parts.Select(part => new Todo(part, null, default))], true),
        { Demand: WhenDemand.Of one } => ([new Todo(null, one.Condition.Tree, one.Wanted)], false),
        { Part: WhenNot not } => ([new Todo(null, not.Operand, Inverted(must.Wanted))], false),
        { Part: WhenLogic logic } => (
            [.. logic.Operands.Select(operand => new Todo(null, operand, must.Wanted))],
            // All of a && b must hold for it to hold, or not to be false; one of a || b. For the other two it is the other way round.
            (logic.Kind == WhenLogicKind.Or) == (must.Wanted is WhenWanted.True or WhenWanted.NotFalse)),
        _ => null,
    };

    private static WhenWanted Inverted(WhenWanted wanted) => wanted switch
    {
        WhenWanted.True => WhenWanted.False,
        WhenWanted.False => WhenWanted.True,
        WhenWanted.NotFalse => WhenWanted.NotTrue,
        _ => WhenWanted.NotFalse,
    };

    /// <returns>Null when nothing is left.</returns>
    private Box? Narrowed(Box box, Todo must)
    {
        var atom = must.Demand is WhenDemand.Riddle riddle ? AtomReader.Opaque(riddle.What, riddle.Wanted) : _atoms.Read(must.Part!, must.Wanted);
        if (atom.Settled is { } isSo)
            return isSo ? box : null;
        if (atom.Opaque is { } opaque)
        {
            var outcome = box.Opaque.TryGetValue(opaque, out var known) ? known.With(atom.Needed) : atom.Needed;
            return outcome.IsEmpty ? null : box with { Opaque = box.Opaque.SetItem(opaque, outcome) };
        }

        var field = atom.Field!;
        var key = field.Key;
        var left = (box.Fields.TryGetValue(key, out var before) ? before.Values : _kinds.Of(field)).With(atom.Needed);
        if (_kinds.IsWhole(field))
            left = left with { Numbers = left.Numbers.Whole() };
        return left.IsEmpty ? null : box with { Fields = box.Fields.SetItem(key, (field, left)) };
    }

    private void Try(Box box)
    {
        _examples++;
        var example = new ExampleMaker(_ground, _kinds).Make(box);
        if (_demand.IsMetBy(example))
            _found = example;
        else if (!box.Opaque.IsEmpty)
            _doubt ??= "it depends on " + string.Join(" and ", box.Opaque.Keys.Order(StringComparer.Ordinal).Take(3));
        else
            _doubt ??= "no example could be made";
    }
}

/// <summary>What is known of a call in one case.</summary>
/// <param name="Fields">What each field may be, by key.</param>
/// <param name="Opaque">How each comparison that cannot be looked into comes out; absent for an error.</param>
internal sealed record Box(ImmutableSortedDictionary<string, (FieldPath Field, ValueSet Values)> Fields, ImmutableSortedDictionary<string, ValueSet> Opaque)
{
    public static readonly Box Empty = new(
        ImmutableSortedDictionary.Create<string, (FieldPath Field, ValueSet Values)>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, ValueSet>(StringComparer.Ordinal));
}
