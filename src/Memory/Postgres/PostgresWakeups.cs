using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AiManager.Memory;

/// <summary>
/// Tells other hosts that there is work, and hears them. Telling comes after the commit and one telling serves all commits meanwhile: inside the
/// transaction, commits of all hosts would queue for the one lock that NOTIFY takes. What gets lost with a connection is found by polling.
/// </summary>
internal sealed class PostgresWakeups : IAsyncDisposable
{
    private const string Channel = "aimanager_work";
    private const string Listen = "listen " + Channel;
    private const string Notify = "select pg_notify('" + Channel + "', $1)";

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly string _self = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _gate = new();
    private readonly string _connectionString;
    private readonly NpgsqlDataSource _database;
    private readonly WorkSignal _signal;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Task _hearing;
    private Task _telling = Task.CompletedTask;
    private bool _isToTell;
    private bool _isTelling;

    public PostgresWakeups(string connectionString, NpgsqlDataSource database, WorkSignal signal, TimeProvider time, ILogger log)
    {
        (_connectionString, _database, _signal, _time, _log) = (connectionString, database, signal, time, log);
        signal.Pulsed = Tell;
        _hearing = Task.Run(HearAsync);
    }

    /// <summary>Completes once it hears, or could not at the first attempt.</summary>
    public Task StartedAsync => _listening.Task;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _hearing;
        await _telling;
        _stop.Dispose();
    }

    private void Tell()
    {
        lock (_gate)
        {
            _isToTell = true;
            if (!_isTelling)
            {
                // Not whether the task is completed: between its last look and its end it would be taken for one that still looks.
                _isTelling = true;
                _telling = Task.Run(TellAsync);
            }
        }
    }

    private async Task TellAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                if (!_isToTell)
                {
                    _isTelling = false;
                    return;
                }

                _isToTell = false;
            }

            try
            {
                await using var command = _database.CreateCommand(Notify);
                command.Parameters.Add(PostgresCommands.Of(_self));
                await command.ExecuteNonQueryAsync();
            }
            catch (Exception cause)
            {
                // The outer edge of telling: whatever it was, hosts that were not told look by themselves, and the next telling tries anew.
                _log.NotTold(cause);
            }
        }
    }

    private async Task HearAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await HearOnceAsync();
            }
            catch (Exception cause) when (cause is NpgsqlException or IOException or TimeoutException)
            {
                _listening.TrySetResult();
                _log.NotHearing(Retry, cause);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Retry, _time, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task HearOnceAsync()
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(_stop.Token);
        connection.Notification += (_, told) =>
        {
            if (told.Payload != _self)
            {
                _signal.PulseHere();
            }
        };
        await using (var listen = new NpgsqlCommand(Listen, connection))
        {
            await listen.ExecuteNonQueryAsync(_stop.Token);
        }

        if (!_listening.TrySetResult())
        {
            // Something may have been told while nobody heard.
            _signal.PulseHere();
        }

        while (true)
        {
            await connection.WaitAsync(_stop.Token);
        }
    }
}
