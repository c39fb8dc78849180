using System.Reflection;
using System.Reflection.Emit;

namespace AiManager.Architecture.Tests;

/// <summary>One way to a tool, in the compiled assemblies.</summary>
public sealed class MediationTests
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly Tools = Repository.Compiled("AiManager.Tools");
    private static readonly Type Implementation = Tools.GetType("AiManager.Tools.IToolImplementation", throwOnError: true)!;
    private static readonly Type Intent = Tools.GetType("AiManager.Tools.StartedIntent", throwOnError: true)!;
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields().Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    [Fact]
    public void Tools_are_called_from_one_method_and_from_no_other()
    {
        var invoke = Implementation.GetMethod("InvokeAsync")!;
        var callers = Repository.Projects.Select(Repository.Compiled).SelectMany(a => a.GetTypes()).SelectMany(Bodies).Where(m => Uses(m).Contains(invoke)).Select(NameOf);
        Assert.Equal(["CallRunner.InvokeAsync"], callers.Distinct());
    }

    [Fact]
    public void An_implementation_is_internal_and_cannot_be_called_by_its_own_name()
    {
        var implementations = Repository.Projects.Select(Repository.Compiled).SelectMany(a => a.GetTypes()).Where(t => t.IsClass && Implementation.IsAssignableFrom(t)).ToList();
        Assert.NotEmpty(implementations);
        Assert.DoesNotContain(implementations, t => t.IsVisible);
        Assert.All(implementations, t => Assert.All(t.GetInterfaceMap(Implementation).TargetMethods, m => Assert.True(m.IsPrivate, $"{t.Name}.{m.Name}")));
    }

    [Fact]
    public void A_server_is_called_by_the_implementation_of_its_tool_and_by_nothing_else()
    {
        var callers = Repository.Projects.Select(Repository.Compiled).SelectMany(a => a.GetTypes()).SelectMany(Bodies).Where(m => Uses(m).Any(u => u is { Name: "CallToolAsync" or "CallAsync", DeclaringType.Namespace: "ModelContextProtocol.Client" })).Select(NameOf);
        Assert.Equal(["McpTool.AiManager-Tools-IToolImplementation-InvokeAsync"], callers.Distinct());
    }

    [Fact]
    public void A_started_intent_comes_from_the_ledger_that_appends_it()
    {
        Assert.Equal([Intent], Implementation.GetMethod("InvokeAsync")!.GetParameters().Select(p => p.ParameterType).Where(t => t != typeof(CancellationToken)));
        Assert.All(Intent.GetConstructors(Own), c => Assert.True(c.IsPrivate));
        var makers = Tools.GetTypes().SelectMany(Bodies).Where(m => Uses(m).OfType<ConstructorInfo>().Any(c => c.DeclaringType == Intent)).Select(NameOf);
        Assert.Equal(["IntentLedger.AppendAsync", "IntentLedger.Resume"], makers.Distinct().Order());
    }

    private static IEnumerable<MethodBase> Bodies(Type type) => type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own));

    /// <summary>Code of an async method or a lambda stands in a type that the compiler made; it is named after the method that a person wrote.</summary>
    private static string NameOf(MethodBase method)
    {
        var (type, name) = (method.DeclaringType!, method.Name);
        while (type.Name.Contains('<', StringComparison.Ordinal))
        {
            name = type.Name.StartsWith("<>", StringComparison.Ordinal) ? name : type.Name;
            type = type.DeclaringType!;
        }

        return $"{type.Name}.{(name[0] == '<' ? name[1..name.IndexOf('>', StringComparison.Ordinal)] : name)}";
    }

    /// <summary>Every method that the body names: called, created, or taken the address of.</summary>
    private static IEnumerable<MemberInfo> Uses(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
        {
            yield break;
        }

        for (var at = 0; at < il.Length;)
        {
            var code = Codes[il[at] == 0xFE ? (short)(0xFE00 | il[at + 1]) : il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineTok && Resolve(method, BitConverter.ToInt32(il, at)) is { } used)
            {
                yield return used;
            }

            at += Length(code.OperandType, il, at);
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        var arguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        return method.Module.ResolveMember(token, arguments, method.IsGenericMethod ? method.GetGenericArguments() : null);
    }

    private static int Length(OperandType operand, byte[] il, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
        _ => 4,
    };
}
