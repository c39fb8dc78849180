using System.Text.Json;
using Xunit.Abstractions;

namespace AiManager.Domain.Tests;

/// <summary>
/// The public conformance cases of CEL, as far as they are written in the subset: parsing decides that, and what it refuses it says why.
/// tests/Fixtures/cel/README.md says where they are from.
/// </summary>
public sealed class CelConformanceTests(ITestOutputHelper output)
{
    private const int FewestCases = 150;

    /// <summary>The one thing that parses and still lies outside: CEL orders false before true, and a rule that compares flags is a mistake here.</summary>
    private const string FlagsHaveNoOrder = "Only numbers, texts and times have an order";

    [Fact]
    public void Every_case_in_the_subset_comes_out_as_the_specification_says()
    {
        var wrong = new List<string>();
        var passed = 0;
        foreach (var test in Cases())
        {
            if (test.Expression is not { } expression)
                continue;

            var actual = expression.Value(new WhenFacts());
            if (IsExpected(test.Json, actual))
                passed++;
            else
                wrong.Add($"{test.Id}: {expression.Text} → {actual}");
        }
        Assert.True(wrong.Count == 0, $"{passed} passed, {wrong.Count} did not:\n" + string.Join('\n', wrong));
        output.WriteLine($"{passed} cases are in the subset and pass. Outside:");
        foreach (var reason in Cases().Where(test => test.Expression is null).GroupBy(test => test.Refusal).OrderByDescending(reason => reason.Count()))
            output.WriteLine($"{reason.Count(),5}  {reason.Key}");
        Assert.True(passed >= FewestCases, $"Only {passed} cases were in the subset.");
    }

    [Fact]
    public void Every_case_outside_is_refused_with_a_reason() =>
        Assert.All(Cases().Where(test => test.Expression is null), test => Assert.False(string.IsNullOrWhiteSpace(test.Refusal), test.Id));

    private sealed record Case(string Id, JsonElement Json, WhenExpression? Expression, string? Refusal);

    private static IEnumerable<Case> Cases()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cel", "cases.json")));
        foreach (var json in file.RootElement.Clone().EnumerateArray())
        {
            var id = $"{json.GetProperty("suite").GetString()}/{json.GetProperty("section").GetString()}/{json.GetProperty("name").GetString()}";
            yield return Refusal(json) is { } reason ? new Case(id, json, null, reason) : When.Parse(json.GetProperty("expr").GetString()!, WhenPosition.Start) switch
            {
                WhenParsed.Sound { Expression: var sound } when sound.Check(new WhenScope()).FirstOrDefault(fault => fault.Message.StartsWith(FlagsHaveNoOrder, StringComparison.Ordinal)) is { } fault
                    && !json.TryGetProperty("evalError", out _) => new Case(id, json, null, fault.Message),
                WhenParsed.Sound sound => new Case(id, json, sound.Expression, null),
                WhenParsed.Faulty faulty => new Case(id, json, null, faulty.Faults[0].Message),
                _ => throw new InvalidOperationException(),
            };
        }
    }

    /// <summary>What no condition can have, whatever it says.</summary>
    private static string? Refusal(JsonElement json) =>
        json.TryGetProperty("bindings", out _) || json.TryGetProperty("typeEnv", out _) ? "It reads variables of its own; a condition reads only what a call has."
        : json.TryGetProperty("container", out var container) && container.GetString() is { Length: > 0 } ? "It names protocol buffer types."
        : json.TryGetProperty("checkOnly", out _) ? "It asks only for the type, not for a value."
        : null;

    private static bool IsExpected(JsonElement json, WhenValue actual)
    {
        if (json.TryGetProperty("evalError", out _))
            return actual is WhenError;
        var value = json.TryGetProperty("value", out var plain) ? plain : json.TryGetProperty("typedResult", out var typed) && typed.TryGetProperty("result", out var result) ? result : default;
        return value.ValueKind == JsonValueKind.Undefined ? actual == WhenBoolean.True : ValueOf(value) is { } expected && expected == actual;
    }

    /// <returns>Null for a kind of value that conditions do not have.</returns>
    private static WhenValue? ValueOf(JsonElement value)
    {
        var field = value.EnumerateObject().Single();
        return field.Name switch
        {
            "boolValue" => WhenBoolean.Of(field.Value.GetBoolean()),
            "stringValue" => new WhenText(field.Value.GetString()!),
            "nullValue" => WhenNull.Value,
            "int64Value" => new WhenNumber(decimal.Parse(field.Value.ToString())),
            "doubleValue" when field.Value.ValueKind == JsonValueKind.Number => WhenValue.FromJson(field.Value),
            "listValue" => new WhenList(field.Value.TryGetProperty("values", out var items) ? [.. items.EnumerateArray().Select(item => ValueOf(item)!)] : []),
            _ => null,
        };
    }
}
