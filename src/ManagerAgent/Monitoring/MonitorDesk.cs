using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>What people and programs can do with monitors.</summary>
public sealed class MonitorDesk
{
    /// <summary>Characters that a reason may have.</summary>
    public const int LongestReason = 2000;

    private readonly ImmutableArray<MonitorDefinition> _monitors;
    private readonly MonitorBook _book;
    private readonly MonitorFollower _follower;
    private readonly MonitorRunner _runner;
    private readonly IOccurrences _occurrences;
    private readonly TimeProvider _time;

    internal MonitorDesk(
        ImmutableArray<MonitorDefinition> monitors, MonitorBook book, MonitorFollower follower, MonitorRunner runner, IOccurrences occurrences, TimeProvider time) =>
        (_monitors, _book, _follower, _runner, _occurrences, _time) = (monitors, book, follower, runner, occurrences, time);

    /// <summary>A monitor by name; null when there is none.</summary>
    public MonitorDefinition? Find(string name) => _monitors.FirstOrDefault(m => m.Name == name);

    /// <summary>Every monitor as it stands, in the file's order. Nothing is written: a run whose workflow is over is open until somebody looks after its monitor.</summary>
    public async Task<ImmutableArray<MonitorView>> ListAsync(CancellationToken cancellationToken)
    {
        var views = ImmutableArray.CreateBuilder<MonitorView>(_monitors.Length);
        foreach (var definition in _monitors)
        {
            views.Add(await ViewAsync(definition, await _book.ReadAsync(definition.Id, cancellationToken), cancellationToken));
        }

        return views.MoveToImmutable();
    }

    /// <summary>One monitor as it stands; a run whose workflow is over is ended first.</summary>
    public async Task<MonitorView> ViewAsync(MonitorDefinition definition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return await ViewAsync(definition, await _follower.FollowAsync(definition.Id, cancellationToken), cancellationToken);
    }

    /// <summary>Sets it off now, because a person wants it. Quiet hours and cool-down are for schedules; pause, spend ceiling and overlap hold.</summary>
    /// <param name="definition">Which monitor.</param>
    /// <param name="person">Who.</param>
    /// <param name="cause">The workflow in whose name the request was made; null for none.</param>
    /// <param name="cancellationToken">Stops as long as nothing is written; a run that has begun goes on to its end, or until the host stops.</param>
    public async Task<MonitorResult> RunAsync(MonitorDefinition definition, string person, WorkflowId? cause, CancellationToken cancellationToken)
    {
        await DefineAsync(definition, cancellationToken);
        var firing = new MonitorFiring("manual/" + Guid.CreateVersion7(_time.GetUtcNow()).ToString("N"), MonitorTrigger.Manual) { Cause = cause, By = person };
        return await _runner.FireAsync(definition, firing, Actor.Person(person), cancellationToken);
    }

    /// <summary>Sets it off because another program called.</summary>
    /// <param name="definition">Which monitor.</param>
    /// <param name="body">What the caller sent, an object: data, never an instruction.</param>
    /// <param name="key">The same for the same call; null for a call of its own.</param>
    /// <param name="cause">The workflow in whose name the call was made; null for none.</param>
    /// <param name="cancellationToken">Stops as long as nothing is written; a run that has begun goes on to its end, or until the host stops.</param>
    public async Task<MonitorResult> CallAsync(MonitorDefinition definition, JsonText body, string? key, WorkflowId? cause, CancellationToken cancellationToken)
    {
        await DefineAsync(definition, cancellationToken);
        var firing = new MonitorFiring("webhook/" + (key ?? Guid.CreateVersion7(_time.GetUtcNow()).ToString("N")), MonitorTrigger.Webhook) { Body = body, Cause = cause };
        return await _runner.FireAsync(definition, firing, Actor.System, cancellationToken);
    }

    /// <summary>Stops it for now; a run under way goes on. False when it is paused already.</summary>
    public async Task<bool> PauseAsync(MonitorDefinition definition, string reason, string person, CancellationToken cancellationToken)
    {
        await DefineAsync(definition, cancellationToken);
        return await ChangeAsync(definition, s => s.Pause is null, new MonitorPaused(new PrivateText(person, reason)), person, cancellationToken);
    }

    /// <summary>Lets it go on. False when it is not paused.</summary>
    public Task<bool> ResumeAsync(MonitorDefinition definition, string person, CancellationToken cancellationToken) =>
        ChangeAsync(definition, s => s.Pause is not null, new MonitorResumed(), person, cancellationToken);

    private async Task<MonitorView> ViewAsync(MonitorDefinition definition, MonitorState state, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var from = state.Name is null || state.SeenUntil < now ? now : state.SeenUntil;
        return new MonitorView(definition, state, state.Pause is null ? _occurrences.Next(definition.Schedule, from) : null, await _follower.SpentTodayAsync(state, cancellationToken));
    }

    private async Task<bool> ChangeAsync(MonitorDefinition definition, Func<MonitorState, bool> can, WorkflowEvent fact, string person, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var isNew = false;
        await _book.AppendAsync(definition.Id, state => (isNew = can(state)) ? [fact] : [], Actor.Person(person), cancellationToken);
        return isNew;
    }

    private Task DefineAsync(MonitorDefinition definition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return _book.AppendAsync(
            definition.Id, s => s.Name is null ? [new MonitorDefined(definition.Name, definition.Schedule.Words)] : [], Actor.System, cancellationToken);
    }
}

/// <summary>A monitor for people.</summary>
/// <param name="Definition">As its file has it.</param>
/// <param name="State">As its stream has it.</param>
/// <param name="Next">When it fires next, UTC; null while it is paused, and for a webhook.</param>
/// <param name="SpentToday">Money that its workflows spent or set aside today.</param>
public sealed record MonitorView(MonitorDefinition Definition, MonitorState State, DateTimeOffset? Next, decimal SpentToday);
