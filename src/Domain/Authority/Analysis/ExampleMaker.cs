namespace AiManager.Domain;

/// <summary>Makes a call for a case: what conditions speak about as they need it, the rest plain.</summary>
internal sealed class ExampleMaker(WhenGround ground, FieldKinds kinds)
{
    private const int DeepestDefault = 8;
    private const int LongestSize = 1_000;

    private readonly Dictionary<WhenRoot, Draft> _roots = [];

    public WhenFacts Make(Box box)
    {
        _roots[WhenRoot.Args] = Plain(ground.Args, new FieldPath(WhenRoot.Args, [], false), DeepestDefault);
        _roots[WhenRoot.Facts] = Plain(ground.Facts, new FieldPath(WhenRoot.Facts, [], false), DeepestDefault);
        foreach (var (field, values) in box.Fields.Values)
            Put(field, values);
        return new WhenFacts
        {
            Args = Written(WhenRoot.Args),
            Facts = Written(WhenRoot.Facts),
            Task = Written(WhenRoot.Task),
            Goal = Written(WhenRoot.Goal),
            Labels = Written(WhenRoot.Labels),
            Result = Written(WhenRoot.Result),
            Tool = ground.Known.Tool,
            Agent = ground.Known.Agent,
            Lists = ground.Known.Lists,
            Now = ground.Known.Now,
        };
    }

    private WhenValue? Written(WhenRoot root) => _roots.TryGetValue(root, out var draft) ? draft.ToValue() : null;

    private void Put(FieldPath field, ValueSet values)
    {
        var (value, isAbsent) = Pick(field, values);
        if (field.Links.IsEmpty)
        {
            if (value is not null)
                _roots[field.Root] = new Draft { Value = value };
            return;
        }

        if (!_roots.TryGetValue(field.Root, out var at))
        {
            if (isAbsent)
                return;
            _roots[field.Root] = at = new Draft { Fields = new(StringComparer.Ordinal) };
        }

        foreach (var link in field.Links[..^1])
        {
            if (at.Below(link, isMade: !isAbsent) is not { } next)
                return;
            at = next;
        }

        if (isAbsent)
            at.Remove(field.Links[^1]);
        else if (value is not null && at.Below(field.Links[^1], isMade: true) is { } place)
            place.Set(value);
    }

    /// <returns>Null without being absent: what is there already will do.</returns>
    private (WhenValue? Value, bool IsAbsent) Pick(FieldPath field, ValueSet values)
    {
        if (field.IsSize)
            return (OfSize(field, values.Numbers.Pick(isWhole: true)), false);
        if (values.Texts.Only is not null && values.Texts.Pick() is { } one)
            return (new WhenText(one), false);
        if (values.Numbers.Pick(kinds.IsWhole(field)) is { } number)
            return (new WhenNumber(number), false);
        if (values.True || values.False)
            return (WhenBoolean.Of(values.True), false);
        if (values.Texts.Pick() is { } text)
            return (new WhenText(text), false);
        if (values.Others)
            return (kinds.TypeOf(field) is null or WhenType.Dynamic ? new WhenList([]) : null, false);
        return values.Null ? (WhenNull.Value, false) : (null, true);
    }

    private WhenValue? OfSize(FieldPath field, decimal? size)
    {
        if (size is not (>= 0 and <= LongestSize))
            return null;
        var target = field with { IsSize = false };
        var count = (int)size;
        return kinds.TypeOf(target) switch
        {
            WhenType.Text => new WhenText(new string('x', count)),
            WhenType.List list => new WhenList([.. Enumerable.Repeat(Plain(list.Of, new FieldPath(WhenRoot.Result, [], false), DeepestDefault).ToValue(), count)]),
            WhenType.Map or WhenType.Record => null,
            _ => new WhenText(new string('x', count)),
        };
    }

    /// <summary>What a field is when nothing is said of it.</summary>
    private Draft Plain(WhenType? type, FieldPath path, int levelsLeft)
    {
        var bounds = ground.Bounds.GetValueOrDefault(path.Key);
        if (bounds?.Choices is { Count: > 0 } choices)
            return new Draft { Value = choices[0] };
        switch (type)
        {
            case WhenType.Number:
                return new Draft { Value = new WhenNumber(bounds?.Least ?? Math.Min(1, bounds?.Most ?? 1)) };
            case WhenType.Text:
                return new Draft { Value = new WhenText("x") };
            case WhenType.Boolean:
                return new Draft { Value = WhenBoolean.True };
            case WhenType.Timestamp:
                return new Draft { Value = ground.Known.Now as WhenTimestamp ?? new WhenTimestamp(DateTimeOffset.UnixEpoch) };
            case WhenType.List:
                return new Draft { Value = new WhenList([]) };
            case WhenType.Record record when levelsLeft > 0:
                var draft = new Draft { Fields = new(StringComparer.Ordinal) };
                foreach (var (name, field) in record.Fields)
                {
                    var below = path.Below(name);
                    if (path.Root == WhenRoot.Result || !kinds.Of(below).Absent)
                        draft.Fields[name] = Plain(field, below, levelsLeft - 1);
                }
                return draft;
            case WhenType.Record or WhenType.Map:
                return new Draft { Fields = new(StringComparer.Ordinal) };
            default:
                return new Draft { Value = new WhenText("x") };
        }
    }

    /// <summary>A value in the making.</summary>
    private sealed class Draft
    {
        public Dictionary<string, Draft>? Fields { get; set; }

        public List<Draft>? Items { get; set; }

        public WhenValue? Value { get; set; }

        public Draft? Below(WhenValue link, bool isMade)
        {
            if (link is WhenText { Value: var name })
            {
                if (Fields is null)
                {
                    if (!isMade)
                        return null;
                    (Fields, Items, Value) = (new(StringComparer.Ordinal), null, null);
                }
                if (!Fields.TryGetValue(name, out var field) && isMade)
                    Fields[name] = field = new Draft();
                return field;
            }

            var place = (int)((WhenNumber)link).Value;
            if (Items is null)
            {
                if (!isMade)
                    return null;
                (Fields, Items, Value) = (null, [], null);
            }
            while (Items.Count <= place && isMade)
                Items.Add(new Draft());
            return place < Items.Count ? Items[place] : null;
        }

        public void Remove(WhenValue link)
        {
            if (link is WhenText { Value: var name })
                Fields?.Remove(name);
            else if ((int)((WhenNumber)link).Value is var place && Items is not null && place < Items.Count)
                Items.RemoveRange(place, Items.Count - place);
        }

        public void Set(WhenValue value) => (Fields, Items, Value) = (null, null, value);

        public WhenValue ToValue() =>
            Value
            ?? (WhenValue?)(Fields is null ? null : new WhenRecord(Fields.ToDictionary(field => field.Key, field => field.Value.ToValue(), StringComparer.Ordinal)))
            ?? (Items is null ? new WhenRecord(new Dictionary<string, WhenValue>()) : new WhenList([.. Items.Select(item => item.ToValue())]));
    }
}
