using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.AI;

namespace AiManager.Tools;

/// <summary>
/// An assembly of tools with the assemblies that lie beside it, apart from those of this program: two sources may bring different versions of the same library. What
/// tools are made of (<see cref="AIFunction"/>) is shared, else its functions would be strangers here.
/// </summary>
/// <param name="path">Where it lies, with what it needs beside it.</param>
/// <param name="bytes">What lies there: the file is not looked at again, so that what runs is what was digested.</param>
internal sealed class ToolAssembly(string path, byte[] bytes) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    /// <summary>What is looked for in each type.</summary>
    public const string Member = "Tools";

    private static readonly string Shared = typeof(AIFunction).Assembly.GetName().Name!;

    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <summary>
    /// The functions of every public type's public static <c>Tools</c>, a property or a method without parameters. Throws what the assembly throws.
    /// </summary>
    public IReadOnlyList<AIFunction> Read()
    {
        using var content = new MemoryStream(bytes);
        return [.. LoadFromStream(content).GetExportedTypes().SelectMany(Of)];
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == Shared ? null : _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;

    private static IEnumerable<AIFunction> Of(Type type)
    {
        const BindingFlags Offered = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var told = type.GetProperty(Member, Offered) is { CanRead: true } property ? property.GetValue(null)
            : type.GetMethod(Member, Offered, []) is { } method ? method.Invoke(null, null)
            : null;
        return (told as IEnumerable<AITool>)?.OfType<AIFunction>() ?? [];
    }
}
