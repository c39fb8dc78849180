using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AiManager.Host;

namespace AiManager.Evals;

/// <summary>Reads a suite. Every mistake is named with its place; nothing runs while there is one.</summary>
internal sealed partial class SuiteReader
{
    private readonly ConfigReader _reader = new();
    private readonly Dictionary<string, string> _questions = new(StringComparer.Ordinal);
    private readonly ExpectationReader _expectations;

    private SuiteReader() => _expectations = new ExpectationReader(_reader, _questions);

    /// <summary>Reads a suite's file. Throws <see cref="ConfigException"/>, and <see cref="IOException"/> for a file that cannot be read.</summary>
    public static EvalSuite Read(string path)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var document = YamlText.Read(Path.GetFileName(path), File.ReadAllText(path).ReplaceLineEndings("\n"), 1, faults);
        if (document is null || faults.Count > 0)
        {
            throw new ConfigException(faults.ToImmutable());
        }

        var reader = new SuiteReader();
        var suite = reader.Suite(document);
        reader._reader.ThrowIfFaulty();
        return suite;
    }

    private EvalSuite Suite(ConfigNode.Map map)
    {
        _reader.Keys(map, ["suite", "company", "about", "guards", "questions", "plans", "cases", "mutants"]);
        var name = _reader.Text(map, "suite");
        var guards = _reader.Texts(map, "guards");
        foreach (var question in _reader.OptionalMap(map, "questions")?.Entries ?? [])
        {
            _questions.Add(question.Key, _reader.Text(question.Value, question.Key));
        }

        if (_reader.OptionalMap(map, "plans") is { } plans)
        {
            _expectations.ReadPlans(plans);
        }

        var cases = ImmutableArray.CreateBuilder<EvalCase>();
        foreach (var one in _reader.Maps(map, "cases"))
        {
            cases.AddRange(Cases(name, one, guards));
        }

        foreach (var twice in cases.GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            _reader.Fault(map.Place, $"Two cases are called '{twice.Key}'.");
        }

        foreach (var idle in guards.Where(g => !cases.Any(c => c.Guards.Contains(g))))
        {
            _reader.Fault(map.Place, $"No case guards '{idle}'.");
        }

        ImmutableArray<Mutant> mutants = [.. _reader.Maps(map, "mutants").Select(m => Mutant(m, guards))];
        return new EvalSuite(name, _reader.Text(map, "company"), _reader.OptionalText(map, "about") ?? string.Empty, cases.ToImmutable(), mutants);
    }

    private Mutant Mutant(ConfigNode.Map map, ImmutableArray<string> guards)
    {
        _reader.Keys(map, ["guard", "trouble", "without"]);
        var guard = _reader.Text(map, "guard");
        if (!guards.Contains(guard))
        {
            _reader.Fault(map.Place, $"'{guard}' is none of the suite's guards.");
        }

        var (trouble, name) = (Troubles(map), _reader.OptionalText(map, "without"));
        if (trouble.IsEmpty == name is null)
        {
            _reader.Fault(map.Place, "A mutant has either 'trouble' in the company or a part of the product that it is 'without'.");
        }

        var off = SwitchedOff.Find(name);
        if (name is not null && off is null)
        {
            _reader.Fault(map["without"]!.Place, $"Nothing is called '{name}'. There are: {string.Join(", ", SwitchedOff.All.Select(o => o.Name))}.");
        }

        return new Mutant(guard, trouble, off);
    }

    private IEnumerable<EvalCase> Cases(string suite, ConfigNode.Map map, ImmutableArray<string> known)
    {
        _reader.Keys(map, ["name", "goal", "wordings", "approve", "trouble", "then", "guards", "expect"]);
        var name = _reader.Text(map, "name");
        if (!CaseName().IsMatch(name))
        {
            _reader.Fault(map.Place, $"'{name}' is no name for a case: lower-case letters, digits and dashes.");
        }

        var guards = _reader.Texts(map, "guards");
        foreach (var unknown in guards.Where(g => !known.Contains(g)))
        {
            _reader.Fault(map.Place, $"'{unknown}' is none of the suite's guards.");
        }

        var goal = _reader.OptionalText(map, "goal");
        var wordings = _reader.Texts(map, "wordings");
        if (goal is null == wordings.IsEmpty)
        {
            _reader.Fault(map.Place, "A case has either a 'goal' or 'wordings'.");
        }

        var then = Then(map);
        var trouble = Troubles(map);
        var approve = _reader.Texts(map, "approve");
        var expected = _expectations.Read(map);
        var goals = goal is null ? wordings.Select((w, i) => (Name: $"{name}/{i + 1}", Goal: w)) : [(Name: name, Goal: goal)];
        return [.. goals.Select(g => new EvalCase(suite, g.Name, [new RunStep.Submit(g.Goal), .. then], approve, trouble, guards, expected))];
    }

    private ImmutableArray<RunStep> Then(ConfigNode.Map map)
    {
        switch (map["then"])
        {
            case null:
                return [];
            case ConfigNode.List list:
                return [.. list.Items.Select(Step)];
            case { } node:
                _reader.Fault(node.Place, "'then' must be a list.");
                return [];
        }
    }

    private RunStep Step(ConfigNode node)
    {
        switch (node)
        {
            case ConfigNode.Scalar { Text: "resume" }:
                return new RunStep.Resume();
            case ConfigNode.Map { Entries: [var first, ..] } map when Step(first.Key, map) is { } step:
                return step;
            default:
                _reader.Fault(node.Place, "What follows is 'resume', a 'goal', a change of the 'world', or what people do: approve, reject, edit, answer, message, pause, cancel, revoke, handIn.");
                return new RunStep.Resume();
        }
    }

    /// <summary>A step is called after its first key.</summary>
    private RunStep? Step(string verb, ConfigNode.Map map)
    {
        _reader.Keys(map, verb switch { "reject" => [verb, "because"], "answer" => [verb, "words"], "handIn" => [verb, "of"], "edit" => [verb, "of", "args"], _ => [verb] });
        return verb switch
        {
            "goal" => new RunStep.Submit(_reader.Text(map, verb)),
            "world" => new RunStep.Meanwhile(_reader.Text(map, verb)),
            "approve" => new RunStep.Decide(_reader.Text(map, verb), null),
            "reject" => new RunStep.Decide(_reader.Text(map, verb), _reader.Text(map, "because")),
            "edit" => new RunStep.Edit(_reader.Text(map, verb), _reader.Text(map, "of"), map["args"] is ConfigNode.Map args ? ConfigReader.Json(args) : Lacks(map, "args")),
            "answer" => new RunStep.Answer(_reader.Text(map, verb), _reader.OptionalText(map, "words")),
            "message" => new RunStep.Say(_reader.Text(map, verb)),
            "pause" => new RunStep.Pause(_reader.Text(map, verb)),
            "cancel" => new RunStep.Cancel(_reader.Text(map, verb)),
            "revoke" => new RunStep.Revoke(_reader.Text(map, verb)),
            "handIn" => new RunStep.HandIn(_reader.Text(map, "of"), ConfigReader.Json(map[verb]!)),
            _ => null,
        };
    }

    private JsonText Lacks(ConfigNode.Map map, string key)
    {
        _reader.Fault(map.Place, $"'{key}' must be a map of all arguments.");
        return JsonText.EmptyObject;
    }

    private ImmutableArray<Trouble> Troubles(ConfigNode.Map map) => [.. _reader.Maps(map, "trouble").Select(Trouble)];

    private Trouble Trouble(ConfigNode.Map map)
    {
        if (map["world"] is not null)
        {
            _reader.Keys(map, ["world"]);
            return new Trouble.World(_reader.Text(map, "world"));
        }

        _reader.Keys(map, ["file", "find", "replace"]);
        return new Trouble.File(map.Place, _reader.Text(map, "file"), _reader.OptionalText(map, "find"), map["replace"] is ConfigNode.Scalar { Text: var text } ? text : _reader.Text(map, "replace"));
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex CaseName();
}
