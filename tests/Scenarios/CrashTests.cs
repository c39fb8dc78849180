using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

public sealed class EmbeddedCrashTests : CrashContract
{
    public static TheoryData<string, int> Points => PointsAnd(
        ("AfterCallStarted", 6), ("AfterToolRan", 7), ("InsideToolTransaction", 3), ("InsideGroupCommit", 12), ("AfterGroupCommit", 30), ("AfterModelReplied", 9),
        ("WhileApprovalConsumed", 2), ("BeforeSeatFilled", 2));

    [Theory]
    [MemberData(nameof(Points))]
    public Task A_process_killed_there_and_resumed_comes_to_the_same_end(string point, int passing) => ComesToTheSameEndAsync(point, passing);

    private protected override Task<IStoreRun> OpenAsync() => Task.FromResult<IStoreRun>(new ProcurementRun());
}

[NeedsPostgres]
public sealed class SharedCrashTests : CrashContract
{
    public static TheoryData<string, int> Points => PointsAnd(("AfterToolRan", 7), ("WhileApprovalConsumed", 2));

    [Theory]
    [MemberData(nameof(Points))]
    public Task A_process_killed_there_and_resumed_comes_to_the_same_end(string point, int passing) => ComesToTheSameEndAsync(point, passing);

    private protected override async Task<IStoreRun> OpenAsync() => await SharedRun.OpenAsync();
}
