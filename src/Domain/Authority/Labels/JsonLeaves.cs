using System.Globalization;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>The scalars of a JSON value with their places.</summary>
internal static class JsonLeaves
{
    public delegate void Visit(ReadOnlySpan<string> path, JsonElement leaf);

    public static void Walk(JsonElement value, Visit visit) => Walk(value, new string[8], 0, visit);

    private static void Walk(JsonElement value, string[] path, int depth, Visit visit)
    {
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            visit(path.AsSpan(0, depth), value);
            return;
        }

        if (depth == path.Length)
        {
            Array.Resize(ref path, depth * 2);
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in value.EnumerateObject())
            {
                path[depth] = field.Name;
                Walk(field.Value, path, depth + 1, visit);
            }

            return;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            path[depth] = index++.ToString(CultureInfo.InvariantCulture);
            Walk(item, path, depth + 1, visit);
        }
    }
}
