using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One digest for equal requests to authority.</summary>
internal static class RequestDigest
{
    /// <summary>What is written of each tool: the same at every call of it.</summary>
    private static readonly ConditionalWeakTable<WhenRecord, string> Traits = [];

    /// <summary>Each part stands by itself, so that no two different requests are written alike.</summary>
    public static string Of(AuthorityRequest request) =>
        CanonicalJson.Digest(
            request.ToolName,
            Traits.GetValue(request.Traits, traits => Written(traits)),
            request.Agent,
            request.ArgsJson?.Text ?? Written(request.Args),
            Written(request.Facts),
            Written(PolicyScope.TaskOf(request)),
            Written(PolicyScope.GoalOf(request)),
            Written(PolicyScope.LabelsOf(request)),
            request.Now.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));

    private static string Written(WhenValue? value)
    {
        if (value is null)
        {
            return string.Empty;
        }

        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, WhenValue value)
    {
        switch (value)
        {
            case WhenRecord record:
                text.Append('{');
                foreach (var (name, field) in record.Fields.Count < 2 ? record.Fields : record.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).AsEnumerable())
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name.Length}:{name}=");
                    Write(text, field);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case WhenList list:
                text.Append('[');
                foreach (var item in list.Items)
                {
                    Write(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case WhenNumber number:
                text.Append((number.Value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture));
                break;
            case WhenText words:
                text.Append(CultureInfo.InvariantCulture, $"{words.Value.Length}:{words.Value}");
                break;
            case WhenTimestamp time:
                text.Append('t').Append(time.Value.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
                break;
            case WhenError:
                text.Append('!');
                break;
            default:
                text.Append(value);
                break;
        }
    }
}
