using OpenTelemetry.Metrics;

namespace AiManager.Host;

/// <summary><c>/metrics</c>, for Prometheus. Takes a key with the scope <c>metrics</c>.</summary>
internal static class MetricsEndpoint
{
    /// <summary>Adds the figures. They count from the server's start on, whoever collects them later.</summary>
    public static IServiceCollection AddMetricsText(this IServiceCollection services) =>
        services.AddSingleton<StoreGauges>().AddSingleton<PrometheusReader>().AddSingleton(p => TelemetryExport.Collect(p.GetRequiredService<PrometheusReader>()))
            .AddHostedService<Counting>();

    /// <summary>Maps it.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", async (StoreGauges store, PrometheusReader reader, CancellationToken cancellationToken) =>
        {
            await store.RefreshAsync(cancellationToken);
            return TypedResults.Text(reader.Collect(), PrometheusText.ContentType);
        }).RequireAuthorization(Permission.Metrics).WithName("Metrics").WithTags("Health").WithSummary("Figures for Prometheus").Produces<string>(contentType: "text/plain");

    /// <summary>Begins to count with the server; where a collector is sent to by itself, also asks the store for it from time to time.</summary>
    private sealed class Counting(MeterProvider provider, StoreGauges store, TimeProvider time) : BackgroundService
    {
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            GC.KeepAlive(provider);
            if (!TelemetryExport.IsOn)
            {
                return;
            }

            using var timer = new PeriodicTimer(Every, time);
            try
            {
                do
                {
                    await store.RefreshAsync(stoppingToken);
                }
                while (await timer.WaitForNextTickAsync(stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // Told to stop.
            }
        }
    }
}
