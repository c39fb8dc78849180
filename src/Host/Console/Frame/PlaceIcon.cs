namespace AiManager.Host;

/// <summary>The signs of the console's places: paths in a square of 16, drawn in the colour of the words beside them.</summary>
internal static class PlaceIcon
{
    public const string Home = "M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z";

    public const string Inbox = "M2.5 9 4.5 3h7l2 6v4h-11zM2.5 9h3.2l1 1.8h2.6l1-1.8h3.2";

    public const string Workflows = "M2.5 2.5h4.5v4.5h-4.5zM9 9h4.5v4.5h-4.5zM4.8 7v4.2H9";

    public const string Authority = "M8 2l5 2v4c0 3.2-2.2 5.2-5 6-2.8-.8-5-2.8-5-6V4zM5.8 8l1.6 1.6 3-3.2";

    public const string Audit = "M2.5 3.5H12M2.5 7h4.5M2.5 10.5h3M10 7.5a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2M12 12.2l1.7 1.7";

    public const string Tools = "M10.6 2.6a3.2 3.2 0 0 0-3.1 4.2L2.8 11.5l1.7 1.7 4.7-4.7a3.2 3.2 0 0 0 4.2-4.1l-2 2-1.9-.4-.4-1.9 2-2z";

    public const string Knowledge = "M2.5 3h4A1.5 1.5 0 0 1 8 4.5V13a1.5 1.5 0 0 0-1.5-1.2h-4zM13.5 3h-4A1.5 1.5 0 0 0 8 4.5V13a1.5 1.5 0 0 1 1.5-1.2h4z";

    public const string Insights = "M3 13.5V9M6.3 13.5V5M9.7 13.5V7.5M13 13.5V2.5";

    public const string People = "M6 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6M2 13.2c.3-2.7 1.8-4 4-4s3.7 1.3 4 4M10.6 3.1a2.2 2.2 0 0 1 0 4.2M11.8 9.4c1.3.5 2 1.8 2.2 3.8";

    public const string Monitors = "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M8 5v3.2l2.2 1.4";

    public const string Jobs = "M4.5 3l8 5-8 5z";

    public const string Outgoing = "M2.5 3.5h11v9h-11zM2.5 4.5 8 9l5.5-4.5";
}
