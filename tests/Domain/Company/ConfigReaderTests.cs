namespace AiManager.Domain.Tests;

public sealed class ConfigReaderTests
{
    private static int _line;

    [Fact]
    public void Unknown_keys_and_keys_of_later_are_refused_where_they_stand()
    {
        var reader = new ConfigReader();
        reader.Keys(Map(("roles", Text("x")), ("rules", Text("x")), ("flows", Text("x"))), ["roles"], ["flows"]);
        Assert.Collection(
            reader.Faults,
            f => Assert.EndsWith("Unknown key 'rules'. Known here: roles.", f.ToString(), StringComparison.Ordinal),
            f => Assert.Contains("'flows' is not built yet", f.Message, StringComparison.Ordinal));
        Assert.Matches(@"^authority\.yaml:\d+:3: ", reader.Faults[0].ToString());
    }

    [Theory]
    [InlineData("5", false, 5.0)]
    [InlineData("-5", false, -5.0)]
    [InlineData("12.50", false, 12.5)]
    [InlineData("5", true, null)]
    [InlineData("5-", false, null)]
    [InlineData("1,000", false, null)]
    [InlineData("1_000", false, null)]
    [InlineData("five", false, null)]
    [InlineData("", false, null)]
    [InlineData("~", false, null)]
    [InlineData("1e400", false, null)]
    [InlineData("NaN", false, null)]
    public void A_number_is_plain_digits(string text, bool isQuoted, double? number) =>
        Binds((reader, map) => reader.OptionalNumber(map, "key"), Text(text, isQuoted), (decimal?)number, "'key' must be a number.");

    [Theory]
    [InlineData("5", 5L)]
    [InlineData("5.0", 5L)]
    [InlineData("5.5", null)]
    [InlineData("0", null)]
    [InlineData("9223372036854775807", 9223372036854775807)]
    [InlineData("9223372036854775808", null)]
    public void A_whole_number_has_a_least_value(string text, long? number) =>
        Binds((reader, map) => reader.OptionalWhole(map, "key", 1), Text(text), number, "'key' must be a whole number of at least 1.");

    [Theory]
    [InlineData("true", false, true)]
    [InlineData("false", false, false)]
    [InlineData("True", false, null)]
    [InlineData("yes", false, null)]
    [InlineData("true", true, null)]
    public void A_flag_is_true_or_false(string text, bool isQuoted, bool? flag) =>
        Binds((reader, map) => reader.OptionalFlag(map, "key"), Text(text, isQuoted), flag, "'key' must be true or false.");

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("4h", 14400)]
    [InlineData("2d", 172800)]
    [InlineData("0s", null)]
    [InlineData("-1s", null)]
    [InlineData("1.5h", null)]
    [InlineData("s", null)]
    [InlineData("", null)]
    [InlineData("10", null)]
    [InlineData("10w", null)]
    [InlineData("1 h", null)]
    [InlineData("2147483647d", null)]
    [InlineData("99999999999d", null)]
    public void A_duration_is_a_whole_number_and_a_unit(string text, int? seconds) =>
        Binds((reader, map) => reader.OptionalDuration(map, "key"), Text(text), seconds is { } s ? TimeSpan.FromSeconds(s) : null, "'key' must be a duration such as 90s, 15m, 4h or 2d.");

    [Fact]
    public void A_required_text_must_be_there_and_be_text()
    {
        var reader = new ConfigReader();
        Assert.Equal("x", reader.Text(Map(("key", Text("x"))), "key"));
        Assert.Equal("", reader.Text(Map(("key", Text("", isQuoted: true))), "key"));
        Assert.Empty(reader.Faults);
        Assert.Equal("", reader.Text(Map(), "key"));
        Assert.Equal("", reader.Text(Map(("key", Text("~"))), "key"));
        Assert.Equal("", reader.Text(Map(("key", List())), "key"));
        Assert.Equal(["'key' is missing.", "'key' must be text.", "'key' must be text."], reader.Faults.Select(f => f.Message));
    }

    [Fact]
    public void An_optional_text_may_be_absent_or_null()
    {
        var reader = new ConfigReader();
        Assert.Null(reader.OptionalText(Map(), "key"));
        Assert.Null(reader.OptionalText(Map(("key", Text("null"))), "key"));
        Assert.Equal("null", reader.OptionalText(Map(("key", Text("null", isQuoted: true))), "key"));
        Assert.Empty(reader.Faults);
        Assert.Equal("", reader.OptionalText(Map(("key", Map())), "key"));
        Assert.Single(reader.Faults);
    }

    [Fact]
    public void Lists_and_maps_say_what_they_are_not()
    {
        var reader = new ConfigReader();
        Assert.Equal(["a", "b"], reader.Texts(Map(("key", List(Text("a"), Text("b")))), "key").AsEnumerable());
        Assert.Empty(reader.Texts(Map(), "key"));
        Assert.Single(reader.Maps(Map(("key", List(Map()))), "key"));
        Assert.Empty(reader.Maps(Map(), "key"));
        Assert.Null(reader.OptionalMap(Map(), "key"));
        Assert.Null(reader.OptionalMap(Map(("key", Text(""))), "key"));
        Assert.NotNull(reader.OptionalMap(Map(("key", Map())), "key"));
        Assert.Empty(reader.Faults);

        reader.Texts(Map(("key", Text("a"))), "key");
        reader.Texts(Map(("key", List(Map()))), "key");
        reader.Maps(Map(("key", Map())), "key");
        reader.Maps(Map(("key", List(Text("a")))), "key");
        reader.OptionalMap(Map(("key", List())), "key");
        Assert.Equal(
            ["'key' must be a list.", "'key' must be text.", "'key' must be a list of maps.", "Each entry of 'key' must be a map.", "'key' must be a map."],
            reader.Faults.Select(f => f.Message));
    }

    [Fact]
    public void Every_mistake_is_named_at_once_and_warnings_stop_nothing()
    {
        var reader = new ConfigReader();
        reader.Warn(Place(), "nobody holds the role cfo");
        reader.ThrowIfFaulty();
        reader.Fault(Place(), "one");
        reader.Fault(Place(), "two");
        var thrown = Assert.Throws<ConfigException>(reader.ThrowIfFaulty);
        Assert.Equal(["one", "two"], thrown.Faults.Select(f => f.Message));
        Assert.Contains("two", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("warning: nobody", reader.Faults[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_as_json_keeps_plain_numbers_flags_and_nulls_and_nothing_else()
    {
        var node = Map(
            ("n", Text("1.50")), ("q", Text("1.50", isQuoted: true)), ("t", Text("true")), ("f", Text("False")), ("z", Text("~")), ("e", Text("")),
            ("o", Text("0x1F")), ("d", Text("2026-11-21")), ("a\"b", List(Text("x\n"), Map())));
        Assert.Equal(
            """{"n":1.50,"q":"1.50","t":true,"f":"False","z":null,"e":null,"o":"0x1F","d":"2026-11-21","a\u0022b":["x\n",{}]}""",
            ConfigReader.Json(node).Text);
    }

    [Fact]
    public void A_node_that_nests_too_deep_is_a_fault_with_a_place()
    {
        ConfigNode node = Text("x");
        for (var i = 0; i < 70; i++)
        {
            node = List(node);
        }

        Assert.Contains("deeper", Assert.Throws<ConfigException>(() => ConfigReader.Json(node)).Faults[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scalar_is_null_only_when_it_is_plain()
    {
        Assert.All((string[])["", "~", "null"], text => Assert.True(Text(text).IsNull));
        Assert.All((string[])["", "~", "null"], text => Assert.False(Text(text, isQuoted: true).IsNull));
        Assert.False(Text("Null ").IsNull);
    }

    private static void Binds<T>(Func<ConfigReader, ConfigNode.Map, T?> bind, ConfigNode node, T? expected, string fault)
        where T : struct
    {
        var reader = new ConfigReader();
        Assert.Null(bind(reader, Map()));
        Assert.Empty(reader.Faults);
        Assert.Equal(expected, bind(reader, Map(("key", node))));
        Assert.Equal(expected is null ? [fault] : [], reader.Faults.Select(f => f.Message));
        foreach (var wrong in (ConfigNode[])[List(), Map()])
        {
            Assert.Null(bind(reader, Map(("key", wrong))));
        }

        Assert.Equal(expected is null ? 3 : 2, reader.Faults.Count);
    }

    private static ConfigPlace Place() => new("authority.yaml", ++_line, 3);

    private static ConfigNode.Scalar Text(string text, bool isQuoted = false) => new(Place(), text, isQuoted);

    private static ConfigNode.List List(params ConfigNode[] items) => new(Place(), [.. items]);

    private static ConfigNode.Map Map(params (string Key, ConfigNode Value)[] entries) => new(Place(), [.. entries.Select(e => new ConfigEntry(e.Key, Place(), e.Value))]);
}
