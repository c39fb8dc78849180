using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class WhenPropertyTests
{
    private static readonly string[] Pieces =
    [
        "args", "facts", "labels", "now", "result", ".a", ".b", "[0]", "[\"a\"]", "(", ")", "[", "]", "==", "!=", "<", "<=", ">", ">=", " in ",
        "&&", "||", "!", "-", "1", "1.50", "1e28", "'x'", "\"\\u00e9\\n\"", "true", "false", "null", ",", "size(", ".startsWith('x')",
        ".contains(", ".matches('^a+$')", " ", "\n", "+", "?", "😀", "'", "\\",
    ];

    private static readonly Gen<WhenValue> Values = Gen.Sized(size => ValuesOf(Math.Min(size, 3)));

    private static readonly Gen<WhenFacts> Worlds =
        from values in Gen.ArrayOf(Values, 4)
        select new WhenFacts { Args = values[0], Facts = values[1], Labels = values[2], Result = values[3] };

    private static readonly Gen<string> Sound = Gen.Sized(size => ConditionOf(Math.Min(size, 5)));

    private static readonly Gen<string> Rubble = Gen.Elements(Pieces).ArrayOf().Select(string.Concat);

    private static readonly Gen<string> Damaged =
        from text in Sound from piece in Gen.Elements(Pieces) from place in Gen.Choose(0, text.Length) select text.Insert(place, piece);

    [Fact]
    public void Parsing_never_throws() =>
        Prop.ForAll(Arb.From(Gen.OneOf(Rubble, Damaged, ArbMap.Default.GeneratorFor<string>().Where(text => text is not null))), text =>
        {
            var parsed = When.Parse(text, WhenPosition.Start);
            return parsed is WhenParsed.Sound or WhenParsed.Faulty { Faults.Count: > 0 };
        }).Check(Often);

    [Fact]
    public void Canonical_text_parses_to_the_same_tree_and_is_its_own_canonical_text() =>
        Prop.ForAll(Arb.From(Sound), text =>
        {
            var written = Conditions.Read(text);
            var again = Conditions.Read(written.ToString());
            return Conditions.Shape(written.Tree) == Conditions.Shape(again.Tree) && again.ToString() == written.ToString();
        }).Check(Often);

    [Fact]
    public void Evaluating_checking_and_explaining_never_throw_and_agree() =>
        Prop.ForAll(Arb.From(Sound), Arb.From(Worlds), (text, world) =>
        {
            var condition = Conditions.Read(text);
            var outcome = condition.Evaluate(world);
            var trace = condition.Explain(world);
            condition.Check(Conditions.Scope);
            condition.FieldsRead();
            return outcome == condition.Evaluate(world) && outcome == trace.Outcome && trace.Observations.Any(seen => seen.IsDeciding);
        }).Check(Often);

    [Fact]
    public void Both_and_either_do_not_care_about_order_except_for_which_error_is_told() =>
        Prop.ForAll(Arb.From(Sound), Arb.From(Sound), Arb.From(Worlds), (left, right, world) =>
            new[] { "&&", "||" }.All(sign =>
                Kind($"({left}) {sign} ({right})", world) == Kind($"({right}) {sign} ({left})", world))).Check(Often);

    [Fact]
    public void Decimals_are_read_as_written() =>
        Prop.ForAll(Arb.From(ArbMap.Default.GeneratorFor<decimal>()), number =>
            Conditions.Json(number.ToString()) == new WhenNumber(number) && Conditions.Read(number.ToString()).Value(Conditions.World) == new WhenNumber(number))
            .Check(Often);

    private static Config Often => Config.QuickThrowOnFailure.WithMaxTest(1_000);

    private static Type Kind(string text, WhenFacts world) => Conditions.Read(text).Evaluate(world).GetType();

    private static Gen<string> ConditionOf(int depth)
    {
        var flags = Gen.OneOf(Gen.Elements("true", "false"), ValueText(0));
        if (depth == 0)
            return flags;
        var inner = ConditionOf(depth - 1);
        var operand = ValueText(depth - 1);
        return Gen.OneOf(
            flags,
            from left in inner from right in inner from sign in Gen.Elements("&&", "||") select $"{left} {sign} {right}",
            from left in inner from right in inner from sign in Gen.Elements("&&", "||", "==") select $"({left}) {sign} ({right})",
            from left in operand from right in operand from sign in Gen.Elements("==", "!=", "<", "<=", ">", ">=", "in") select $"{left} {sign} {right}",
            from target in operand from argument in operand from call in Gen.Elements("startsWith", "endsWith", "contains") select $"{target}.{call}({argument})",
            from target in operand select $"{target}.matches(r'^[a-z\\d]+$')",
            from condition in inner select $"!({condition})");
    }

    private static Gen<string> ValueText(int depth)
    {
        var simple = Gen.OneOf(
            Gen.Elements("args", "facts.a", "args.b", "labels", "result.a", "now", "goal.x", "null", "true", "-1.50", "0", "1e3", ".5", "[]"),
            ArbMap.Default.GeneratorFor<string>().Where(text => text is not null && !text.Any(char.IsSurrogate)).Select(text => new WhenText(text).ToString()));
        if (depth == 0)
            return simple;
        var inner = ValueText(depth - 1);
        return Gen.OneOf(
            simple,
            from target in inner from key in inner select $"{target}[{key}]",
            from target in inner select $"{target}.a",
            from first in inner from second in inner select $"[{first}, {second}]",
            from of in inner select $"size({of})",
            from condition in ConditionOf(depth - 1) select $"({condition})");
    }

    private static Gen<WhenValue> ValuesOf(int depth)
    {
        var simple = Gen.OneOf(
            Gen.Elements<WhenValue>(WhenNull.Value, WhenBoolean.True, WhenBoolean.False, new WhenError("unreadable"), new WhenTimestamp(Conditions.Noon)),
            ArbMap.Default.GeneratorFor<decimal>().Select(WhenValue (number) => new WhenNumber(number)),
            Gen.Elements(-1, 0, 1, 2).Select(WhenValue (number) => new WhenNumber(number)),
            ArbMap.Default.GeneratorFor<string>().Select(WhenValue (text) => new WhenText(text ?? "")));
        if (depth == 0)
            return simple;
        var inner = ValuesOf(depth - 1);
        return Gen.OneOf(
            simple,
            inner.ArrayOf().Select(WhenValue (items) => new WhenList(items)),
            from a in inner from b in inner select (WhenValue)new WhenRecord(new Dictionary<string, WhenValue> { ["a"] = a, ["b"] = b }));
    }
}
