using System.Text;
using AiManager.Domain;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory.Tests;

/// <summary>The small formats that a stored journal rests on.</summary>
public sealed class FormatTests
{
    [Fact]
    public void A_time_comes_back_to_the_microsecond() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DateTimeOffset>(), at => UnixMicros.Read(UnixMicros.Write(EventHash.Cut(at))) == EventHash.Cut(at)).QuickCheckThrowOnFailure();

    [Fact]
    public void Money_that_a_ledger_takes_comes_back_as_it_was() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<long>(),
            ArbMap.Default.ArbFor<long>(),
            (micros, nanos) =>
            {
                var amounts = new Amounts(micros / 1_000_000m, nanos / 1_000_000_000m, micros, nanos);
                return LedgerUnits.Of(amounts) == new LedgerUnits(micros, nanos, micros, nanos)
                    && (LedgerUnits.Of(amounts).ToAmounts() + Amounts.None).Equals(new Amounts(Some(amounts.Money), Some(amounts.ModelCost), micros == 0 ? null : micros, nanos == 0 ? null : nanos));
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0.0000000001", "0.000000001")]
    [InlineData("0.0000000010", "0.000000001")]
    [InlineData("1.2345678901", "1.234567891")]
    public void Model_cost_finer_than_a_billionth_is_rounded_up(string cost, string kept) =>
        Assert.Equal(decimal.Parse(kept), LedgerUnits.Of(new Amounts(ModelCost: decimal.Parse(cost))).ToAmounts().ModelCost);

    [Fact]
    public void A_blob_reference_is_written_as_it_was_laid_down()
    {
        var written = BlobPayload.Write(new BlobReference("sha256-ab", 70000));
        Assert.Equal("""{"blob":"sha256-ab","bytes":70000}""", Encoding.UTF8.GetString(written));
        Assert.True(BlobPayload.TryRead(written, out var read));
        Assert.Equal(new BlobReference("sha256-ab", 70000), read);
    }

    [Theory]
    [InlineData("""{"blob":"sha256-ab","bytes":1,"x":2}""")]
    [InlineData("""{"blob":"sha256-ab"}""")]
    [InlineData("""{"blob":"sha256-ab","bytes":"1"}""")]
    [InlineData("""{"blob":"sha256-ab","count":1}""")]
    [InlineData("""{"blob":"sha256-ab","bytes":1}}""")]
    [InlineData("""{"blob":"sha256-""")]
    [InlineData("""{"text":"hello"}""")]
    [InlineData("")]
    public void What_only_looks_like_a_blob_reference_is_none(string payload) => Assert.False(BlobPayload.TryRead(Encoding.UTF8.GetBytes(payload), out _));

    [Fact]
    public void Migrations_are_numbered_without_gaps_and_name_their_oldest_program()
    {
        var steps = Migration.Of("Sqlite");
        Assert.NotEmpty(steps);
        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(s => s.Number));
    }

    [Fact]
    public void Other_databases_are_opened_with_foreign_keys_on_unless_they_say_otherwise()
    {
        Assert.Equal(1L, ForeignKeys("Data Source=:memory:"));
        Assert.Equal(0L, ForeignKeys("Data Source=:memory:;Foreign Keys=False"));

        static object? ForeignKeys(string connectionString)
        {
            using var source = SystemSqlite.CreateDataSource(connectionString);
            using var connection = source.OpenConnection();
            Assert.IsType<SqliteConnection>(connection);
            using var command = connection.CreateCommand();
            command.CommandText = "pragma foreign_keys";
            return command.ExecuteScalar();
        }
    }

    private static decimal? Some(decimal? amount) => amount == 0 ? null : amount;
}
