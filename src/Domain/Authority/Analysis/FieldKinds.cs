using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What fields may be before any condition speaks about them.</summary>
internal sealed class FieldKinds(WhenGround ground)
{
    private static readonly ValueSet Anything = ValueSet.Present with { Absent = true };

    public ValueSet Of(FieldPath path)
    {
        if (path.IsSize)
            return ValueSet.Missing with { Numbers = NumberSet.Above(0, true).Whole() };
        var bounds = ground.Bounds.GetValueOrDefault(path.Key);
        var isCertain = path.Links.IsEmpty ? path.Root is WhenRoot.Args or WhenRoot.Facts : bounds?.IsCertain == true && IsCertainAbove(path);
        var kinds = (path.Root, TypeOf(path)) switch
        {
            (_, null) => ValueSet.Missing,
            (WhenRoot.Task or WhenRoot.Goal, _) => ValueSet.None with { Null = true, Texts = TextSet.All },
            (_, WhenType.Number) => ValueSet.None with { Numbers = NumberSet.All },
            (_, WhenType.Text) => ValueSet.None with { Texts = TextSet.All },
            (_, WhenType.Boolean) => ValueSet.None with { True = true, False = true },
            (_, WhenType.Timestamp or WhenType.List or WhenType.Map or WhenType.Record) => ValueSet.None with { Others = true },
            _ => ValueSet.Present,
        };
        kinds = kinds with { Absent = kinds.Absent || !isCertain };
        return bounds is null ? kinds : kinds.With(Within(bounds));
    }

    public bool IsWhole(FieldPath path) => path.IsSize || ground.Bounds.GetValueOrDefault(path.Key)?.IsWhole == true;

    /// <returns>Null where there is never a field.</returns>
    public WhenType? TypeOf(FieldPath path)
    {
        var type = path.Root switch
        {
            WhenRoot.Args => ground.Args,
            WhenRoot.Facts => ground.Facts,
            _ => new WhenType.Dynamic(),
        };
        foreach (var link in path.Links)
        {
            switch (type, link)
            {
                case (WhenType.Record record, WhenText { Value: var name }) when record.Fields.TryGetValue(name, out var field):
                    type = field;
                    break;
                case (WhenType.Record { IsOpen: false }, _):
                    return null;
                case (WhenType.Map map, WhenText):
                    type = map.Of;
                    break;
                case (WhenType.List list, WhenNumber):
                    type = list.Of;
                    break;
                case (WhenType.Record or WhenType.Dynamic, _):
                    return new WhenType.Dynamic();
                default:
                    return null;
            }
        }
        return type;
    }

    private bool IsCertainAbove(FieldPath path)
    {
        for (var length = path.Links.Length - 1; length > 0; length--)
        {
            if (ground.Bounds.GetValueOrDefault((path with { Links = path.Links[..length] }).Key)?.IsCertain != true)
                return false;
        }
        return true;
    }

    private static ValueSet Within(WhenBounds bounds)
    {
        var numbers = NumberSet.All;
        if (bounds.Least is { } least)
            numbers = numbers.With(NumberSet.Above(least, true));
        if (bounds.Most is { } most)
            numbers = numbers.With(NumberSet.Below(most, true));
        if (bounds.Choices is not { } choices)
            return Anything with { Numbers = numbers };
        return new ValueSet(
            true,
            choices.Contains(WhenNull.Value),
            choices.Contains(WhenBoolean.True),
            choices.Contains(WhenBoolean.False),
            numbers.With(NumberSet.Points(choices.OfType<WhenNumber>().Select(number => number.Value))),
            TextSet.Of(choices.OfType<WhenText>().Select(text => text.Value)),
            choices.Any(choice => choice is WhenList or WhenRecord or WhenTimestamp));
    }
}
