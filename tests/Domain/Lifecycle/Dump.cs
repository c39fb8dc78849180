using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace AiManager.Domain.Tests;

/// <summary>Everything that is in a value, as text, so that two can be compared by what they say.</summary>
internal static class Dump
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append('-');
                break;
            case string or ValueType and not IEnumerable and not System.Runtime.CompilerServices.ITuple:
                text.Append(Convert.ToString(value, CultureInfo.InvariantCulture)).Append(';');
                break;
            case IDictionary map:
                foreach (var (key, entry) in map.Keys.Cast<object>().Select(k => (Convert.ToString(k, CultureInfo.InvariantCulture), map[k])).OrderBy(e => e.Item1, StringComparer.Ordinal))
                {
                    text.Append(key).Append("=>");
                    Write(text, entry);
                }

                break;
            case IEnumerable items:
                text.Append('[');
                foreach (var item in items)
                {
                    Write(text, item);
                }

                text.Append(']');
                break;
            case System.Runtime.CompilerServices.ITuple tuple:
                Write(text, Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).ToList());
                break;
            default:
                text.Append(value.GetType().Name).Append('{');
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
                {
                    text.Append(property.Name).Append('=');
                    Write(text, property.GetValue(value));
                }

                text.Append('}');
                break;
        }
    }
}
