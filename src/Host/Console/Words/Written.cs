using System.Globalization;
using System.Text;
using System.Text.Json;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Values as pages write them.</summary>
internal static class Written
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A time, to the minute, UTC: for texts that leave the console, such as mails.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A moment on a page: "15:38 UTC" today, "Nov 29, 15:38 UTC" on another day. The zone is always said.</summary>
    public static string Moment(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone, bool isExact = false)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone));
        var day = local.Date == today.Date ? string.Empty : local.ToString(local.Year == today.Year ? "MMM d, " : "MMM d, yyyy, ", CultureInfo.InvariantCulture);
        return $"{day}{Clock(at, zone, isExact)} {zone.Id}";
    }

    /// <summary>A moment whose day and zone are said already.</summary>
    public static string Clock(DateTimeOffset at, TimeZoneInfo zone, bool isExact = false) => TimeZoneInfo.ConvertTime(at, zone).ToString(isExact ? "HH:mm:ss" : "HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A moment's day, where a clock hangs.</summary>
    public static DateOnly DayOf(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>A day for programs, and where only the day matters.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A day as a heading has it.</summary>
    public static string Weekday(DateOnly day) => day.ToString("dddd, MMM d, yyyy", CultureInfo.InvariantCulture);

    /// <summary>A time for the browser.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long, in its largest unit.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => $"{(int)span.TotalDays} days",
        { TotalHours: >= 2 } => $"{(int)span.TotalHours} hours",
        { TotalMinutes: >= 2 } => $"{(int)span.TotalMinutes} minutes",
        { TotalSeconds: >= 1 } => $"{(int)span.TotalSeconds} s",
        _ => $"{span.TotalMilliseconds:0} ms",
    };

    /// <summary>How long work took: people have no use for less than a second.</summary>
    public static string Took(TimeSpan span) => span < TimeSpan.FromSeconds(1) ? "under a second" : Span(span);

    /// <summary>When something runs out, as seen from now: "in 3 hours", "2 days ago".</summary>
    public static string Until(DateTimeOffset at, DateTimeOffset now) => at >= now ? "in " + Span(at - now) : Span(now - at) + " ago";

    /// <summary>An amount with its thousands apart.</summary>
    public static string Amount(decimal amount) => MoneyText.Amount(amount);

    /// <summary>Money.</summary>
    public static string Money(Money money) => MoneyText.Of(money);

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>How often: "once", "2 times".</summary>
    public static string Times(int count) => count == 1 ? "once" : $"{Count(count)} times";

    /// <summary>Which of several: "2nd", "11th".</summary>
    public static string Ordinal(int number) => Count(number) + ((number % 100) is 11 or 12 or 13 ? "th" : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });

    /// <summary>A state's word.</summary>
    public static string Status(string status)
    {
        var text = new StringBuilder(status.Length + 2);
        foreach (var letter in status)
        {
            text.Append(letter == '_' ? " " : char.IsUpper(letter) ? " " + char.ToLowerInvariant(letter) : letter.ToString());
        }

        return text.ToString();
    }

    /// <summary>An event's name as words: <c>GoalSubmitted</c> is "Goal submitted".</summary>
    public static string Event(string type) => string.Concat(type.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>A tool's name as an action: <c>erp.create_purchase_order</c> is "Create purchase order".</summary>
    public static string Action(string tool)
    {
        var words = Words(tool[(tool.LastIndexOf('.') + 1)..]);
        return words.Length == 0 ? tool : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>A field's name as words: <c>unitPrice</c> is "unit price".</summary>
    public static string Words(string name) => Visible.Of(Status(name.Replace('-', ' ')).Trim());

    /// <summary>Text cut to a width, for where the whole stands elsewhere.</summary>
    public static string Short(string text, int most) => text.Length <= most ? text : text[..(most - 1)].TrimEnd() + "…";

    /// <summary>JSON on several lines.</summary>
    public static string Json(JsonText json) => JsonSerializer.Serialize(json.ToElement(), Indented);

    /// <summary>The fields of an object, each on a line; nothing is cut, because people approve what they see here.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(JsonText json)
    {
        var element = json.ToElement();
        return element.ValueKind != JsonValueKind.Object ? [("value", Value(element))] : element.EnumerateObject().Select(f => (f.Name, Value(f.Value)));
    }

    /// <summary>How far an approval has climbed: who was reminded, who may decide as well by now. Empty while it has not.</summary>
    public static string Climbed(ApprovalView approval, Func<string?, string> who) => string.Join(
        " · ",
        [
            .. approval.RemindedAt is { } at ? [$"Reminded {Time(at)}"] : Array.Empty<string>(),
            .. approval.StandIns.Select(s => $"{who(s.Person)} may stand in for {who(s.For)}"),
            .. approval.Escalations.Select(e => $"{e.To} may sit for {e.Role}"),
        ]);

    /// <summary>A value on as many lines as it has parts.</summary>
    public static string Value(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? string.Join("\n", element.EnumerateArray().Select(Item)) : Item(element);

    private static string Item(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => string.Join(", ", element.EnumerateObject().Select(f => $"{Words(f.Name)} {Item(f.Value)}")),
        JsonValueKind.Array => string.Join(", ", element.EnumerateArray().Select(Item)),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Null => "none",
        _ => element.ToString(),
    };
}
