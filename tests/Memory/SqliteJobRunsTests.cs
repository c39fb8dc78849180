using AiManager.Contracts;
using AiManager.Domain;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory.Tests;

public sealed class SqliteJobRunsTests : JobRunsContract
{
    protected override IJobRuns Runs => ((SqliteStoreUnderTest)Store).Store.JobRuns;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));

    [Theory]
    [InlineData("needle", null, "COVERING INDEX job_runs_searched")]
    [InlineData("needle", JobOutcome.Done, "COVERING INDEX job_runs_searched")]
    [InlineData("needle", JobOutcome.Running, "INDEX job_runs_open")]
    [InlineData(null, JobOutcome.Lost, "INDEX job_runs_by_outcome (outcome=? AND ")]
    [InlineData(null, JobOutcome.Running, "INDEX job_runs_open")]
    [InlineData(null, null, "INDEX job_runs_searched (")]
    [InlineData(null, null, "INDEX job_runs_by_job (job=? AND ", "seal")]
    public void Among_very_many_an_index_answers(string? text, string? status, string plan, string? job = null)
    {
        using var connection = new SqliteConnection($"Data Source={((SqliteStoreUnderTest)Store).File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the store's own constant text
        command.CommandText = "explain query plan " + SqlJobRuns.PageOf(new JobRunQuery(text, status, Job: job));
#pragma warning restore CA2100
        foreach (var name in (string[])["@cursor_at", "@cursor_id", "@outcome", "@pattern", "@job", "@limit"])
        {
            command.Parameters.AddWithValue(name, 1);
        }

        using var steps = command.ExecuteReader();
        var told = new List<string>();
        while (steps.Read())
        {
            told.Add(steps.GetString(3));
        }

        Assert.Contains(told, step => step.Contains(plan, StringComparison.Ordinal));
    }
}
