using System.Net;
using System.Reflection;
using AiManager.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary><c>/health</c>: what strangers are told, and what they can make of the store.</summary>
public sealed class HealthTests
{
    private static readonly Uri Ready = new("/health/ready", UriKind.Relative);

    [Fact]
    public async Task Strangers_are_not_told_why_a_host_takes_nothing_on_and_whoever_may_read_is()
    {
        const string Why = "company.yaml:3:1: it needs HOOK.";
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        using var metrics = await api.AsAsync("jana", "metrics");
        using var stranger = api.Stranger();
        api.Get<CompanyAtWork>().Refuse(Why);

        Assert.Equal(Why, await (await jana.GetAsync(Ready)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "host-draining"));
        foreach (var other in new[] { metrics, stranger })
        {
            Assert.Equal("This host takes no work on now.", await (await other.GetAsync(Ready)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "host-draining"));
        }
    }

    [Fact]
    public async Task The_store_is_asked_once_a_second_however_many_want_to_know()
    {
        var time = new ManualTime();
        var lists = DispatchProxy.Create<IReadModels, Lists>();
        var counted = (Lists)(object)lists;
        var readiness = new Readiness(lists, time, NullLogger<Readiness>.Instance);

        Assert.DoesNotContain(false, await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => readiness.IsReadableAsync(CancellationToken.None))));
        Assert.Equal(1, counted.Asked);
        counted.IsAway = true;
        Assert.True(await readiness.IsReadableAsync(CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await readiness.IsReadableAsync(CancellationToken.None));
        Assert.False(await readiness.IsReadableAsync(CancellationToken.None));
        Assert.Equal(2, counted.Asked);
    }

    /// <summary>Lists of which only the one that is asked for here is there.</summary>
    public class Lists : DispatchProxy
    {
        public int Asked { get; private set; }

        public bool IsAway { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal(nameof(IReadModels.WorkflowsAsync), targetMethod!.Name);
            Asked++;
            return IsAway ? throw new StoreUnavailableException("It is away.", null) : Task.FromResult(new Page<WorkflowRow>([], null));
        }
    }
}
