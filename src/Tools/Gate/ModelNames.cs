using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Models by the names that files use.</summary>
internal static class ModelNames
{
    /// <summary>The model that is meant; <c>default</c> is the first one, where none is called so. Null when there is none.</summary>
    public static ModelInfo? Find(this IModelClient models, string name) =>
        models.Models.FirstOrDefault(m => m.Name == name) ?? (name == "default" ? models.Models.FirstOrDefault() : null);
}
