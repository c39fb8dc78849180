using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AiManager.Host;

/// <summary>Takes the figures down when it is asked, as text.</summary>
internal sealed class PrometheusReader : IDisposable
{
    private readonly TextExporter _exporter = new();
    private readonly Lock _one = new();

    /// <summary>To be added to the provider whose figures it takes down.</summary>
    public MetricReader Reader { get; }

    public PrometheusReader() => Reader = new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };

    /// <summary>All figures as they are now.</summary>
    public string Collect()
    {
        lock (_one)
        {
            _exporter.Text = string.Empty;
            return Reader.Collect() ? _exporter.Text : throw new InvalidOperationException("The figures could not be collected.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Reader.Dispose();

    // With Pull alone a collect exports nothing.
    [ExportModes(ExportModes.Push | ExportModes.Pull)]
    private sealed class TextExporter : BaseExporter<Metric>
    {
        public string Text { get; set; } = string.Empty;

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var metrics = new List<Metric>();
            foreach (var metric in batch)
            {
                metrics.Add(metric);
            }

            Text = PrometheusText.Write(metrics);
            return ExportResult.Success;
        }
    }
}
