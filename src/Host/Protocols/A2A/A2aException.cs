namespace AiManager.Host;

/// <summary>A call that is refused in the protocol's own way: an error with a number and a name, and words for the caller.</summary>
internal sealed class A2aException : Exception
{
    private const int TaskNotFound = -32001;

    private A2aException(int code, string reason, string message)
        : base(message) => (Code, Reason) = (code, reason);

    /// <summary>The error's number.</summary>
    public int Code { get; }

    /// <summary>Its name.</summary>
    public string Reason { get; }

    /// <summary>The status of an HTTP reply that says so.</summary>
    public int Status => Code == TaskNotFound ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;

    /// <summary>What that status means, in the words of google.rpc.</summary>
    public string StatusName => Code switch
    {
        TaskNotFound => "NOT_FOUND",
        -32002 or -32003 or -32004 or -32009 => "FAILED_PRECONDITION",
        _ => "INVALID_ARGUMENT",
    };

    /// <summary>The body is no JSON.</summary>
    public static A2aException Unreadable(string words) => new(-32700, "PARSE_ERROR", words);

    /// <summary>The body is JSON, and no call.</summary>
    public static A2aException NoCall(string words) => new(-32600, "INVALID_REQUEST", words);

    /// <summary>There is no such method.</summary>
    public static A2aException NoMethod(string words) => new(-32601, "METHOD_NOT_FOUND", words);

    /// <summary>The method does not take this.</summary>
    public static A2aException Invalid(string words) => new(-32602, "INVALID_PARAMS", words);

    /// <summary>There is no such task.</summary>
    public static A2aException NoTask() => new(TaskNotFound, "TASK_NOT_FOUND", "There is no such task.");

    /// <summary>It is over.</summary>
    public static A2aException NotCancelable(string words) => new(-32002, "TASK_NOT_CANCELABLE", words);

    /// <summary>Nobody is called back.</summary>
    public static A2aException NoPush() => new(-32003, "PUSH_NOTIFICATION_NOT_SUPPORTED", "Nobody is called back for a task. Follow it with SubscribeToTask, or let the service's webhooks tell you.");

    /// <summary>Not here, or not any more.</summary>
    public static A2aException Unsupported(string words) => new(-32004, "UNSUPPORTED_OPERATION", words);

    /// <summary>Something in a message that cannot be read.</summary>
    public static A2aException ContentType(string words) => new(-32005, "CONTENT_TYPE_NOT_SUPPORTED", words);

    /// <summary>Another revision.</summary>
    public static A2aException Version(string words) => new(-32009, "VERSION_NOT_SUPPORTED", words);
}
