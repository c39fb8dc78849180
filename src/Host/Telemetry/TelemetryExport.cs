using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AiManager.Host;

/// <summary>
/// Sends traces and figures to a collector over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one; the exporter reads the other <c>OTEL_…</c> variables
/// itself. Logs are not sent: they may hold a fault's own words.
/// </summary>
internal static class TelemetryExport
{
    /// <summary>Everything that this program tells.</summary>
    private static readonly string[] Meters = ["AiManager.*", "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    /// <summary>True when there is somebody to send to.</summary>
    public static bool IsOn => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT"));

    /// <summary>
    /// Begins to send; null when there is nobody to send to, and then nothing of OpenTelemetry is even loaded. Disposing sends what is left, and gives up
    /// after a few seconds when nobody takes it.
    /// </summary>
    /// <param name="node">This process, among several of one service.</param>
    public static IDisposable? Start(string node) => IsOn ? StartSending(node) : null;

    /// <summary>The figures that <c>/metrics</c> shows.</summary>
    public static MeterProvider Collect(PrometheusReader reader) => Sdk.CreateMeterProviderBuilder().AddMeter(Meters).AddReader(reader.Reader).Build();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Sending StartSending(string node)
    {
        // The environment goes last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
        var resource = ResourceBuilder.CreateEmpty()
            .AddService("aimanager", serviceVersion: NodeService.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: node)
            .AddTelemetrySdk().AddEnvironmentVariableDetector();
        return new Sending(
            Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource("AiManager.*", "Microsoft.AspNetCore").AddOtlpExporter().Build(),
            Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter().Build());
    }

    private sealed class Sending(TracerProvider traces, MeterProvider figures) : IDisposable
    {
        public void Dispose()
        {
            traces.Dispose();
            figures.Dispose();
        }
    }
}
