using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AiManager.Tools.Tests;

/// <summary>What the gates tell a listener, of one test: others run beside it and tell theirs.</summary>
internal sealed class Heard : IDisposable
{
    private const string Name = "AiManager.Tools";

    private static readonly AsyncLocal<Heard?> Mine = new();

    private readonly Lock _gate = new();
    private readonly List<Activity> _spans = [];
    private readonly List<string> _figures = [];
    private readonly ActivityListener _spansOf;
    private readonly MeterListener _figuresOf = new();

    public Heard()
    {
        Mine.Value = this;
        _spansOf = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => Keep(() => _spans.Add(span)),
        };
        ActivitySource.AddActivityListener(_spansOf);
        _figuresOf.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Name)
            {
                lock (_gate)
                {
                    Instruments[instrument.Name] = instrument;
                }

                listener.EnableMeasurementEvents(instrument);
            }
        };
        _figuresOf.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _figuresOf.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _figuresOf.Start();
    }

    public Dictionary<string, Instrument> Instruments { get; } = [];

    /// <summary>One line a figure: <c>name value key=value …</c>.</summary>
    public string[] Figures(string name)
    {
        lock (_gate)
        {
            return [.. _figures.Where(f => f.StartsWith(name + " ", StringComparison.Ordinal)).Select(f => f[(name.Length + 1)..])];
        }
    }

    public Activity[] Spans(string name)
    {
        lock (_gate)
        {
            return [.. _spans.Where(s => s.DisplayName == name)];
        }
    }

    /// <summary>Of the one span of that name: its tags, by name, and whether it failed.</summary>
    public string Told(string name, params string[] tags)
    {
        var span = Assert.Single(Spans(name));
        return string.Join(' ', tags.Select(t => span.GetTagItem(t) ?? "-")) + (span.Status == ActivityStatusCode.Error ? " !" : "");
    }

    public void Dispose()
    {
        Mine.Value = null;
        _spansOf.Dispose();
        _figuresOf.Dispose();
    }

    private void Keep<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct, IFormattable
    {
        var line = FormattableString.Invariant($"{instrument.Name} {value}") + string.Concat(tags.ToArray().Select(t => $" {t.Key}={t.Value}"));

        // The breaker works on a thread of its own, in nobody's name.
        Keep(() => _figures.Add(line), isAnybodys: Mine.Value is null && instrument.Name == "aimanager.tool.rests");
    }

    private void Keep(Action keep, bool isAnybodys = false)
    {
        if (isAnybodys || Mine.Value == this)
        {
            lock (_gate)
            {
                keep();
            }
        }
    }
}
