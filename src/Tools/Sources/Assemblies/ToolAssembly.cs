using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.AI;

namespace AiManager.Tools;

/// <summary>
/// An assembly of tools with the assemblies that lie beside it, apart from those of this program: two sources may bring different versions of the same library. What
/// tools are made of (<see cref="AIFunction"/>) is shared, else its functions would be strangers here.
/// </summary>
internal sealed class ToolAssembly(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private const string Member = "Tools";

    private static readonly string Shared = typeof(AIFunction).Assembly.GetName().Name!;

    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <summary>
    /// The functions of every public type's public static <c>Tools</c>, a property or a method without parameters. Throws <see cref="SourceFaultException"/>.
    /// </summary>
    public IReadOnlyList<AIFunction> Read()
    {
        try
        {
            // From bytes: the file can be replaced while this runs, and what runs is what was read.
            using var bytes = new MemoryStream(File.ReadAllBytes(path));
            var functions = LoadFromStream(bytes).GetExportedTypes().SelectMany(Of).ToList();
            return functions.Count > 0 ? functions : throw new SourceFaultException($"{Path.GetFileName(path)} has no public static '{Member}' that gives functions.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or BadImageFormatException or FileLoadException or TypeLoadException or ReflectionTypeLoadException or TargetInvocationException or MissingMethodException or TypeInitializationException)
        {
            throw new SourceFaultException($"{Path.GetFileName(path)} cannot be loaded: {(fault is TargetInvocationException or TypeInitializationException ? "its own code threw while it told its tools" : fault.GetType().Name)}.", fault);
        }
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
        return told as IEnumerable<AIFunction> ?? (told as IEnumerable<AITool>)?.OfType<AIFunction>() ?? [];
    }
}
