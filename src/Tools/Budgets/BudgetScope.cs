namespace AiManager.Tools;

/// <summary>Across what a budget adds up.</summary>
internal enum BudgetScope
{
    Company,
    Workflow,
    WorkTask,
}
