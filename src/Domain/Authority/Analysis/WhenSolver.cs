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

    /// <summary>How many comparisons are held against what is known by then; beyond, the answer is unknown too. A case of a large policy has many.</summary>
    private const int MostLooks = 2_000_000;

    /// <summary>How many examples may fail before nothing more is tried.</summary>
    private const int MostExamples = 200;

    private readonly WhenDemand _demand;
    private readonly WhenGround _ground;
    private readonly AtomReader _atoms;
    private readonly FieldKinds _kinds;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<WhenSyntax, Reading?[]> _read = new(ReferenceEqualityComparer.Instance);
    private int _cases;
    private int _looks;
    private int _examples;
    private WhenFacts? _found;
    private string? _doubt;

    private WhenSolver(WhenDemand demand, WhenGround ground, CancellationToken cancellationToken) =>
        (_demand, _ground, _atoms, _kinds, _cancellationToken) = (demand, ground, new AtomReader(ground.Known), new FieldKinds(ground), cancellationToken);

    /// <summary>Whether some call on <paramref name="ground"/> meets <paramref name="demand"/>.</summary>
    /// <param name="demand">What it must meet.</param>
    /// <param name="ground">Which calls there are.</param>
    /// <param name="cancellationToken">Gives up, with an <see cref="OperationCanceledException"/>: what is asked may be large.</param>
    public static WhenAnswer Solve(WhenDemand demand, WhenGround ground, CancellationToken cancellationToken = default)
    {
        var solver = new WhenSolver(demand, ground, cancellationToken);
        solver.Explore(new Case(Box.Empty, [new Todo(demand, null, default)], []));
        return solver._found is { } example ? new WhenAnswer.Yes(example)
            : (solver._doubt ?? solver.TooMuch) is { } doubt ? new WhenAnswer.Unknown(doubt)
            : new WhenAnswer.No();
    }

    private bool IsOver => _found is not null || IsTooMuch || _examples > MostExamples;

    private bool IsTooMuch => TooMuch is not null;

    /// <summary>Why cases are left that nobody looked at, wherever that came out; null while there are none.</summary>
    private string? TooMuch => _cases > MostCases ? $"there are more than {MostCases} cases to look at" : _looks > MostLooks ? "there is too much to look at" : null;

    /// <summary>Something that must hold: a demand, or a part of a condition.</summary>
    private readonly record struct Todo(WhenDemand? Demand, WhenSyntax? Part, WhenWanted Wanted);

    /// <summary>A comparison as it was read: what it is about is asked for in every case.</summary>
    /// <param name="Atom">What it needs.</param>
    /// <param name="Key">What tells its field from others; null where it is about none.</param>
    /// <param name="IsWhole">Whether its field has whole numbers only.</param>
    private sealed record Reading(Atom Atom, string? Key, bool IsWhole);

    /// <param name="Box">What is known by now.</param>
    /// <param name="Musts">What must hold beside.</param>
    /// <param name="Choices">Of each, one must hold.</param>
    private readonly record struct Case(Box Box, ImmutableStack<Todo> Musts, ImmutableList<ImmutableArray<Todo>> Choices);

    private void Explore(Case at)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _cases++;
        if (IsTooMuch)
        {
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

        if (Open(box, choices) is not { } open)
        {
            return;
        }

        if (open.IsEmpty)
        {
            Try(box);
            return;
        }

        var choice = open.MinBy(parts => parts.Length);
        choices = open.Remove(choice);
        foreach (var part in choice)
        {
            Explore(new Case(box, [part], choices));
            if (IsOver)
                return;
        }
    }

    /// <summary>
    /// What is still to be chosen by what is known: without the choices of which a part holds whatever comes, and without the parts that cannot hold any more. Of rules about the
    /// same field most fall away with the first that is taken, and without it each of them would double the cases.
    /// </summary>
    /// <returns>Null where a choice has no part left.</returns>
    private ImmutableList<ImmutableArray<Todo>>? Open(Box box, ImmutableList<ImmutableArray<Todo>> choices)
    {
        var open = ImmutableList.CreateBuilder<ImmutableArray<Todo>>();
        foreach (var choice in choices)
        {
            var (left, isMet) = (ImmutableArray.CreateBuilder<Todo>(choice.Length), false);
            foreach (var part in choice)
            {
                _looks++;
                var comes = IsAtom(part) ? Comes(box, part) : null;
                isMet = comes == true;
                if (comes != false)
                    left.Add(part);
                if (isMet)
                    break;
            }

            if (isMet)
                continue;
            if (left.Count == 0)
                return null;
            open.Add(left.Count == choice.Length ? choice : left.ToImmutable());
        }

        return open.ToImmutable();
    }

    /// <returns>True where what is known implies a comparison, false where it cannot come out as wanted any more; null where that is open.</returns>
    private bool? Comes(Box box, Todo part)
    {
        var read = Read(part);
        if (read.Atom.Settled is { } isSo)
            return isSo;
        var known = read.Key is { } key ? box.Fields.GetValueOrDefault(key).Values : box.Opaque.GetValueOrDefault(read.Atom.Opaque!);
        if (known is null)
            return null;
        var left = Left(read, known);
        return left.IsEmpty ? false : left.IsSame(known) ? true : null;
    }

    private static ValueSet Left(Reading read, ValueSet known)
    {
        var left = known.With(read.Atom.Needed);
        return read.IsWhole ? left with { Numbers = left.Numbers.Whole() } : left;
    }

    private static bool IsAtom(Todo part) => part.Demand is WhenDemand.Riddle || part.Part is not (null or WhenNot or WhenLogic);

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
        var read = Read(must);
        var atom = read.Atom;
        if (atom.Settled is { } isSo)
            return isSo ? box : null;
        if (atom.Opaque is { } opaque)
        {
            var outcome = box.Opaque.TryGetValue(opaque, out var known) ? known.With(atom.Needed) : atom.Needed;
            return outcome.IsEmpty ? null : box with { Opaque = box.Opaque.SetItem(opaque, outcome) };
        }

        var field = atom.Field!;
        var key = read.Key!;
        var left = Left(read, box.Fields.TryGetValue(key, out var before) ? before.Values : _kinds.Of(field));
        return left.IsEmpty ? null : box with { Fields = box.Fields.SetItem(key, (field, left)) };
    }

    private Reading Read(Todo must)
    {
        if (must.Demand is WhenDemand.Riddle riddle)
            return new Reading(AtomReader.Opaque(riddle.What, riddle.Wanted), null, false);
        if (!_read.TryGetValue(must.Part!, out var ways))
            _read[must.Part!] = ways = new Reading?[(int)WhenWanted.NotTrue + 1];
        if (ways[(int)must.Wanted] is { } known)
            return known;
        var atom = _atoms.Read(must.Part!, must.Wanted);
        return ways[(int)must.Wanted] = new Reading(atom, atom.Field?.Key, atom.Field is { } field && _kinds.IsWhole(field));
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
