namespace AiManager.Tools;

/// <summary>Across what a budget adds up.</summary>
internal enum BudgetScope
{
    Company,

    /// <summary>Each agent for itself, across workflows; questions of the manager's own are under <c>manager</c>.</summary>
    Agent,

    /// <summary>Each tool and each model for itself, across workflows.</summary>
    Tool,
    Workflow,
    WorkTask,
}
