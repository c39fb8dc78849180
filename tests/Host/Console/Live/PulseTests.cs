using System.IO.Pipelines;
using AiManager.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>A page is read again when what it is about has changed, and not when something else has.</summary>
public sealed class PulseTests
{
    [Fact]
    public async Task Whoever_looks_at_one_workflow_is_not_woken_by_another()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var (mine, other) = (await api.SubmittedAsync("Buy pens"), await api.SubmittedAsync("Buy ink"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var ofMine = api.Get<Pulse>().Listen(mine.ToString());
        using var ofAll = api.Get<Pulse>().Listen(null);
        await ofMine.WaitAsync(patience.Token); // the first look wakes everybody: nobody knows what came before
        await ofAll.WaitAsync(patience.Token);

        var woken = ofMine.WaitAsync(patience.Token);
        await api.AppendAsync(other, new MessagePosted(new PrivateText("jana", "Blue ones.")));
        await ofAll.WaitAsync(patience.Token); // in the same turn, so that by now mine would have been woken, too
        Assert.False(woken.IsCompleted);
        await api.AppendAsync(mine, new MessagePosted(new PrivateText("jana", "Red ones.")));
        await woken;
    }

    [Fact]
    public async Task What_goes_wrong_once_does_not_end_it_for_good()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var mine = await api.SubmittedAsync("Buy pens");
        var (time, journal) = (new ManualTime(), new FaultyJournal(api.Get<IWorkflowJournal>()));
        var pulse = new Pulse(journal, time, api.Get<IHostApplicationLifetime>(), NullLogger<Pulse>.Instance);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var listener = pulse.Listen(mine.ToString());
        await listener.WaitAsync(patience.Token);
        foreach (var fault in new Exception[] { new InvalidOperationException("A bug."), new OperationCanceledException("Of a timeout within.") })
        {
            journal.Fault = fault;
            await MovedAsync(time, journal.Failed, patience.Token);
            journal.Fault = null;
            await api.AppendAsync(mine, new MessagePosted(new PrivateText("jana", "Red ones.")));
            await MovedAsync(time, listener.WaitAsync(patience.Token), patience.Token);
        }
    }

    [Fact]
    public async Task A_stream_looks_by_itself_at_each_silence_where_nobody_wakes_it()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var mine = await api.SubmittedAsync("Buy pens");
        var (time, deaf) = (new ManualTime(), new FaultyJournal(api.Get<IWorkflowJournal>()) { Fault = new StoreUnavailableException("Away.") });
        var feed = new EventFeed(
            api.Get<IWorkflowJournal>(), api.Get<IEnvelopes>(), new Pulse(deaf, TimeProvider.System, api.Get<IHostApplicationLifetime>(), NullLogger<Pulse>.Instance), api.Get<OpenStreams>(), time);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var pipe = new Pipe();
        var context = new DefaultHttpContext { User = new Caller("jana", Caller.Api).ToPrincipal("test", []), RequestAborted = patience.Token };
        context.Response.Body = pipe.Writer.AsStream();
        var streaming = feed.StreamAsync(mine, 0, context);
        using var lines = new StreamReader(pipe.Reader.AsStream());
        await UntilAsync("GoalSubmitted");
        await api.AppendAsync(mine, new MessagePosted(new PrivateText("jana", "Red ones.")));
        await MovedAsync(time, UntilAsync("MessagePosted"), patience.Token);
        await patience.CancelAsync();
        await streaming;

        async Task UntilAsync(string word)
        {
            while (!(await lines.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException()).Contains(word, StringComparison.Ordinal))
            {
            }
        }
    }

    /// <summary>Moves the clock on until something has happened.</summary>
    private static async Task MovedAsync(ManualTime time, Task happened, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(happened, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken)) != happened)
        {
            cancellationToken.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(2));
        }

        await happened;
    }
}
