using Xunit.Abstractions;
using Xunit.Sdk;

namespace AiManager.Contracts;

/// <summary>
/// xunit as it is, but that tests of a class that <see cref="NeedsPostgresAttribute"/> or <see cref="NeedsNpmAttribute"/> are skipped where what they need is not there. An attribute on the test itself
/// could not do it: the tests are inherited from a contract that knows no provider. A test assembly names it in <c>[assembly: TestFramework]</c>.
/// </summary>
public sealed class SkippingTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    /// <summary>As <c>[assembly: TestFramework]</c> wants it.</summary>
    public const string Name = "AiManager.Contracts.SkippingTestFramework";

    /// <summary>As <c>[assembly: TestFramework]</c> wants it.</summary>
    public const string Assembly = "AiManager.Contracts";

    /// <inheritdoc/>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) =>
        new Discoverer(assemblyInfo, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Discoverer(IAssemblyInfo assembly, ISourceInformationProvider sources, IMessageSink messages)
        : XunitTestFrameworkDiscoverer(assembly, sources, messages)
    {
        protected override bool FindTestsForMethod(ITestMethod testMethod, bool includeSourceInformation, IMessageBus messageBus, ITestFrameworkDiscoveryOptions discoveryOptions) =>
            IsMissing(testMethod.TestClass.Class)
            && testMethod.Method.GetCustomAttributes(typeof(FactAttribute)).Any()
                ? ReportDiscoveredTestCase(
                    new SkippedTest(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod),
                    includeSourceInformation,
                    messageBus)
                : base.FindTestsForMethod(testMethod, includeSourceInformation, messageBus, discoveryOptions);

        private static bool IsMissing(ITypeInfo type) =>
            (PostgresServer.Missing is not null && type.GetCustomAttributes(typeof(NeedsPostgresAttribute)).Any())
            || (type.GetCustomAttributes(typeof(NeedsNpmAttribute)).Any() && NpmServers.Missing is not null);
    }

    /// <summary>A test that says why it is not run.</summary>
    public sealed class SkippedTest : XunitTestCase
    {
        /// <summary>For whoever carries test cases from process to process.</summary>
        [Obsolete("Only for reading one back.")]
        public SkippedTest()
        {
        }

        /// <summary>Of a method.</summary>
        public SkippedTest(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod testMethod)
            : base(messages, display, options, testMethod)
        {
        }

        /// <inheritdoc/>
        protected override string GetSkipReason(IAttributeInfo factAttribute) => PostgresServer.Missing ?? NpmServers.Missing ?? "What they need was not there when the tests were listed.";
    }
}
