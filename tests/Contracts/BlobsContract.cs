using System.Security.Cryptography;
using System.Text;

namespace AiManager.Contracts;

/// <summary>What every blob store does.</summary>
public abstract class BlobsContract : StoreContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task What_was_kept_is_found_under_its_digest(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);

        var digest = await Store.Blobs.PutAsync(content, CancellationToken.None);
        Assert.Equal("sha256-" + Convert.ToHexStringLower(SHA256.HashData(content)), digest);
        Assert.Equal(content, (await Store.Blobs.GetAsync(digest, CancellationToken.None))!.Value.ToArray());
    }

    [Fact]
    public async Task Keeping_the_same_bytes_again_is_harmless()
    {
        var content = Encoding.UTF8.GetBytes("same");
        var digests = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Store.Blobs.PutAsync(content, CancellationToken.None)));
        Assert.Single(digests.Distinct());
        Assert.Equal(content, (await Store.Blobs.GetAsync(digests[0], CancellationToken.None))!.Value.ToArray());
    }

    [Fact]
    public async Task What_is_not_here_is_null() => Assert.Null(await Store.Blobs.GetAsync("sha256-" + new string('0', 64), CancellationToken.None));
}
