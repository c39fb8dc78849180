namespace AiManager.Domain;

/// <summary>The only names a condition can start from. They are written as here, with a small first letter.</summary>
public enum WhenRoot
{
    Args,
    Facts,
    Tool,
    Agent,
    Task,
    Goal,
    Lists,
    Labels,
    Now,
    Result,
}
