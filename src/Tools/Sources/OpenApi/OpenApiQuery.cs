using System.Text.Json;

namespace AiManager.Tools;

/// <summary>Values as RFC 6570 and the specification's styles write them. Everything that is not unreserved is encoded: a value never becomes structure.</summary>
internal static class OpenApiQuery
{
    /// <summary>A value in a path, behind and between what its style puts there.</summary>
    public static string InPath(OpenApiParameter parameter, JsonElement value)
    {
        var name = Uri.EscapeDataString(parameter.Name);
        return parameter.Style switch
        {
            OpenApiStyle.Label => "." + Joined(value, parameter.Explodes ? "." : ",", parameter.Explodes ? "=" : ","),
            OpenApiStyle.Matrix when parameter.Explodes => string.Concat(Pairs(parameter.Name, value).Select(p => $";{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value)}")),
            OpenApiStyle.Matrix => $";{name}={Joined(value, ",", ",")}",
            OpenApiStyle.Json => Uri.EscapeDataString(value.GetRawText()),
            _ => Joined(value, ",", parameter.Explodes ? "=" : ","),
        };
    }

    /// <summary>A value as parts of a query, <c>name=value</c> each, with what the part is called: a map's fields are parameters of their own.</summary>
    public static IEnumerable<(string Name, string Part)> InQuery(OpenApiParameter parameter, JsonElement value)
    {
        return parameter.Style switch
        {
            OpenApiStyle.Json => One(Uri.EscapeDataString(value.GetRawText())),
            OpenApiStyle.DeepObject => Deep(parameter.Name, value, isNumbered: true).Select(Encoded),
            _ when parameter.Explodes => Pairs(parameter.Name, value).Select(Encoded),
            OpenApiStyle.SpaceDelimited => One(Joined(value, "%20", "%20")),
            OpenApiStyle.PipeDelimited => One(Joined(value, "%7C", "%7C")),
            _ => One(Joined(value, ",", ",")),
        };

        IEnumerable<(string, string)> One(string written) => [(parameter.Name, $"{Uri.EscapeDataString(parameter.Name)}={written}")];

        (string, string) Encoded((string Name, string Value) pair) =>
            (pair.Name, $"{Uri.EscapeDataString(pair.Name)}={(parameter.KeepsReserved ? Reserved(pair.Value) : Uri.EscapeDataString(pair.Value))}");
    }

    /// <summary>What a field of a form makes.</summary>
    public static IEnumerable<(string Name, string Value)> InForm(JsonProperty field, IReadOnlySet<string> deep) => Deep(field.Name, field.Value, deep.Contains(field.Name));

    /// <summary>A value where one text is wanted: a header, a cookie.</summary>
    public static string InText(OpenApiParameter parameter, JsonElement value) => value.ValueKind switch
    {
        _ when parameter.Style == OpenApiStyle.Json => value.GetRawText(),
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(Plain)),
        JsonValueKind.Object => string.Join(',', value.EnumerateObject().Select(f => f.Name + (parameter.Explodes ? "=" : ",") + Plain(f.Value))),
        _ => Plain(value),
    };

    /// <summary>Reserved characters stay, but for those that end a value or a query.</summary>
    private static string Reserved(string value) =>
        string.Concat(value.EnumerateRunes().Select(r => r.IsAscii && ":/?@!$'()*,;[]".Contains((char)r.Value, StringComparison.Ordinal) ? r.ToString() : Uri.EscapeDataString(r.ToString())));

    private static string Joined(JsonElement value, string between, string equals) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(between, value.EnumerateArray().Select(i => Uri.EscapeDataString(Plain(i)))),
        JsonValueKind.Object => string.Join(between, value.EnumerateObject().Select(f => Uri.EscapeDataString(f.Name) + equals + Uri.EscapeDataString(Plain(f.Value)))),
        _ => Uri.EscapeDataString(Plain(value)),
    };

    /// <summary>A list as its name again and again, a map as its fields.</summary>
    private static IEnumerable<(string Name, string Value)> Pairs(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Array => value.EnumerateArray().Select(i => (name, Plain(i))),
        JsonValueKind.Object => value.EnumerateObject().Select(f => (f.Name, Plain(f.Value))),
        _ => [(name, Plain(value))],
    };

    private static IEnumerable<(string Name, string Value)> Deep(string name, JsonElement value, bool isNumbered) => value.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(f => Deep($"{name}[{f.Name}]", f.Value, isNumbered: true)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, index) => Deep(isNumbered ? $"{name}[{index}]" : name, item, isNumbered)),
        _ => [(name, Plain(value))],
    };

    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ValueKind == JsonValueKind.Null ? string.Empty : value.GetRawText();
}
