using System.Text.Json;

namespace AiManager.Host.Tests;

public sealed class DataFolderTests
{
    [Fact]
    public async Task A_folder_is_made_for_its_owner_alone_and_says_who_holds_it()
    {
        using var temp = new TempFolder();
        using var folder = await TakeAsync(temp["data"]);

        Assert.Equal(Environment.ProcessId, DataFolder.HolderOf(temp["data"])!.Pid);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(temp["data/lock"]));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(temp["data"]));
        }
    }

    [Fact]
    public async Task A_second_taker_is_told_the_pid_and_the_url_of_the_first()
    {
        using var temp = new TempFolder();
        using var folder = await TakeAsync(temp.Path);
        folder.Announce(new DataHolder(Environment.ProcessId, "http://127.0.0.1:5080", "t0ken"));

        var refused = Assert.IsType<DataFolderResult.InUse>(await DataFolder.TakeAsync(temp.Path, TimeProvider.System, CancellationToken.None));

        Assert.Equal(new DataHolder(Environment.ProcessId, "http://127.0.0.1:5080", "t0ken"), refused.Holder);
        Assert.Contains($"in use by process {Environment.ProcessId}", refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letting_go_leaves_nothing_behind_that_says_otherwise()
    {
        using var temp = new TempFolder();
        (await TakeAsync(temp.Path)).Dispose();

        Assert.Null(DataFolder.HolderOf(temp.Path));
        Assert.False(File.Exists(temp["lock"]));
        (await TakeAsync(temp.Path)).Dispose();
    }

    [Fact]
    public async Task What_a_dead_process_left_behind_is_taken_over()
    {
        using var temp = new TempFolder();
        temp.Write("in-use", "");
        temp.Write("lock", JsonSerializer.Serialize(new { pid = int.MaxValue, url = "http://127.0.0.1:1", token = "old" }));
        Assert.Null(DataFolder.HolderOf(temp.Path));

        using var folder = await TakeAsync(temp.Path);

        Assert.Equal(new DataHolder(Environment.ProcessId, null, null), DataFolder.HolderOf(temp.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task A_broken_entry_does_not_stop_anybody(string info)
    {
        using var temp = new TempFolder();
        temp.Write("lock", info);
        Assert.Null(DataFolder.HolderOf(temp.Path));
        (await TakeAsync(temp.Path)).Dispose();
    }

    [Fact]
    public async Task Somebody_who_only_looks_does_not_keep_a_taker_out()
    {
        using var temp = new TempFolder();
        temp.Write("lock", "{}");
        var looking = new FileStream(temp["in-use"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var taking = DataFolder.TakeAsync(temp.Path, TimeProvider.System, CancellationToken.None);

        await looking.DisposeAsync();

        Assert.IsType<DataFolderResult.Taken>(await taking).Folder.Dispose();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_matter_of_usage()
    {
        using var temp = new TempFolder();
        temp.Write("file", "");
        await Assert.ThrowsAsync<UsageException>(() => DataFolder.TakeAsync(temp["file/data"], TimeProvider.System, CancellationToken.None));
    }

    private static async Task<DataFolder> TakeAsync(string path) =>
        Assert.IsType<DataFolderResult.Taken>(await DataFolder.TakeAsync(path, TimeProvider.System, CancellationToken.None)).Folder;
}
