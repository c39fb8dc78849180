using System.Security.Cryptography;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Seals as files.</summary>
public sealed class SealFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-seals-").FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_is_written_reads_the_same_and_is_not_written_twice()
    {
        var seals = Chain(3);
        Assert.Equal(2, SealFolder.Write(_folder, seals.Take(2)));
        Assert.Equal(1, SealFolder.Write(_folder, seals));
        var (read, fault) = SealFolder.Read(_folder, IsSigned);

        Assert.Null(fault);
        Assert.Equal(seals.Select(s => (s.Number, s.Through, s.Root, s.Previous, s.Hash, s.Signature)), read.Select(s => (s.Number, s.Through, s.Root, s.Previous, s.Hash, s.Signature)));
        Assert.Equal(seals.SelectMany(s => s.Heads), read.SelectMany(s => s.Heads));
        File.Delete(Path.Combine(_folder, "seal-00000001.json"));
        Assert.Null(SealFolder.Read(_folder, IsSigned).Fault); // old ones may go
    }

    [Theory]
    [InlineData("\"seq\": 2", "\"seq\": 3", null)] // a head's seq is not hashed by itself: its hash is the event's
    [InlineData("\"position\": 20", "\"position\": 21", "another root")]
    [InlineData("\"through\": 20", "\"through\": 21", "another hash")]
    [InlineData("\"number\": 2", "\"number\": 7", "follows seal 1")]
    [InlineData("{", "[", "no seal")]
    public void A_seal_that_was_edited_is_named(string find, string replace, string? fault)
    {
        SealFolder.Write(_folder, Chain(3));
        var file = Path.Combine(_folder, "seal-00000002.json");
        var text = File.ReadAllText(file);
        Assert.Contains(find, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(find, replace, StringComparison.Ordinal));

        if (fault is null)
        {
            Assert.Null(SealFolder.Read(_folder, IsSigned).Fault);
            return;
        }

        Assert.Contains("seal-00000002.json", SealFolder.Read(_folder, null).Fault, StringComparison.Ordinal);
        Assert.Contains(fault, SealFolder.Read(_folder, null).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seal_that_is_missing_in_the_middle_is_missed()
    {
        SealFolder.Write(_folder, Chain(3));
        File.Delete(Path.Combine(_folder, "seal-00000002.json"));
        Assert.Contains("what was between is gone", SealFolder.Read(_folder, null).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Seals_that_somebody_made_without_the_key_are_named()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var signature in new[] { null, Convert.ToBase64String(other.SignHash(Convert.FromHexString(Chain(1)[0].Hash))) })
        {
            foreach (var file in Directory.GetFiles(_folder))
            {
                File.Delete(file);
            }

            SealFolder.Write(_folder, [Chain(1)[0] with { Signature = signature }]);
            Assert.Null(SealFolder.Read(_folder, null).Fault);
            Assert.Contains("not signed with this key", SealFolder.Read(_folder, IsSigned).Fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_root_is_of_all_its_heads_in_their_order(int count)
    {
        var heads = Enumerable.Range(1, count).Select(i => Head(i)).ToArray();
        var root = SealHash.Root([.. heads]);
        Assert.Equal(64, root.Length);
        for (var i = 0; i < count; i++)
        {
            Assert.NotEqual(root, SealHash.Root([.. heads.Where((_, at) => at != i)]));
            Assert.NotEqual(root, SealHash.Root([.. heads.Select((h, at) => at == i ? h with { Position = 99 } : h)]));
        }

        Assert.True(count < 2 || root != SealHash.Root([.. heads.Reverse()]));
    }

    private bool IsSigned(byte[] hash, string signature) => _key.VerifyHash(hash, Convert.FromBase64String(signature));

    private static SealedHead Head(int i) => new($"wf_{i}", i, i * 10, new string((char)('a' + (i % 6)), 64));

    private JournalSealed[] Chain(int count)
    {
        var seals = new List<JournalSealed>();
        for (var number = 1; number <= count; number++)
        {
            var (head, previous) = (Head(number), seals.LastOrDefault()?.Hash ?? SealHash.Genesis);
            var root = SealHash.Root([head]);
            var hash = SealHash.Of(number, head.Position, root, previous);
            seals.Add(new JournalSealed(number, head.Position, root, previous, hash, Convert.ToBase64String(_key.SignHash(Convert.FromHexString(hash))), [head]));
        }

        return [.. seals];
    }
}
