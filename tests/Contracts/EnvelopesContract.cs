using System.Text;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every store does with people's words.</summary>
public abstract class EnvelopesContract : StoreContract
{
    private IEnvelopes Envelopes => Store.Envelopes;

    [Theory]
    [InlineData("")]
    [InlineData("Restock everything, please.")]
    [InlineData("naïve — 漢字 \0 🙂")]
    public async Task What_was_sealed_can_be_opened_and_does_not_show(string words)
    {
        var sealedText = await SealAsync("olga", words);
        Assert.True(sealedText.IsSealed);
        Assert.Null(sealedText.Clear);
        Assert.Equal(12, Convert.FromBase64String(sealedText.Nonce!).Length);
        Assert.Equal(Encoding.UTF8.GetByteCount(words) + 16, Convert.FromBase64String(sealedText.Ciphertext!).Length);

        var opened = await OpenAsync(sealedText);
        Assert.Equal(words, opened.Words);
        Assert.Equal("olga", opened.Person);
    }

    [Fact]
    public async Task Equal_words_of_one_person_are_sealed_under_one_key_and_look_different()
    {
        var (a, b) = (await SealAsync("olga", "yes"), await SealAsync("olga", "yes"));
        Assert.Equal(a.Kid, b.Kid);
        Assert.NotEqual(a.Nonce, b.Nonce);
        Assert.NotEqual(a.Ciphertext, b.Ciphertext);
        Assert.NotEqual(a.Kid, (await SealAsync("petra", "yes")).Kid);
    }

    [Fact]
    public async Task First_words_at_once_make_one_key()
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => SealAsync("olga", $"{i}"))));
        Assert.Single(texts.Select(t => t.Kid).Distinct());
        Assert.Equal(texts.Length, (await Task.WhenAll(texts.Select(OpenAsync))).Select(t => t.Words).Distinct().Count());
    }

    [Fact]
    public async Task Words_that_name_nobody_and_words_that_are_sealed_stay_as_they_are()
    {
        var plain = new PrivateText("system", "A monitor found 3 items.");
        Assert.Same(plain, await Envelopes.SealAsync(plain, CancellationToken.None));
        Assert.Same(plain, await OpenAsync(plain));

        var sealedText = await SealAsync("olga", "x");
        Assert.Same(sealedText, await Envelopes.SealAsync(sealedText, CancellationToken.None));
    }

    [Fact]
    public async Task Words_that_were_opened_can_be_sealed_again()
    {
        var opened = await OpenAsync(await SealAsync("olga", "again"));
        Assert.Equal("again", (await OpenAsync(await Envelopes.SealAsync(opened, CancellationToken.None))).Words);
    }

    [Fact]
    public async Task Erased_words_read_as_erased_and_later_ones_get_a_new_key()
    {
        var before = await SealAsync("olga", "my address");
        var other = await SealAsync("petra", "mine stays");
        await Envelopes.EraseAsync("olga", CancellationToken.None);

        Assert.Equal(PrivateText.Erased, (await OpenAsync(before)).Words);
        Assert.Equal("mine stays", (await OpenAsync(other)).Words);
        var after = await SealAsync("olga", "fresh");
        Assert.NotEqual(before.Kid, after.Kid);
        Assert.Equal("fresh", (await OpenAsync(after)).Words);
        Assert.Equal(PrivateText.Erased, (await OpenAsync(before)).Words);
    }

    [Fact]
    public async Task Erasing_somebody_unknown_is_harmless() => await Envelopes.EraseAsync("nobody", CancellationToken.None);

    [Fact]
    public async Task Erasing_takes_the_words_out_of_lists_and_nobodys_memory_brings_them_back()
    {
        var (id, other) = (New<WorkflowId>(), New<WorkflowId>());
        var row = Row(id, "Send it to Elm Street 5");
        await AppendedAsync(id.ToString(), 0, changes: [new ReadModelChange.PutWorkflow(row)]);
        await AppendedAsync(other.ToString(), 0, changes: [new ReadModelChange.PutWorkflow(Row(other, "Not hers", requester: "petra"))]);
        await Envelopes.EraseAsync("olga", CancellationToken.None);
        await AppendedAsync(id.ToString(), 1, changes: [new ReadModelChange.PutWorkflow(row with { Status = "waiting" })]);

        var rows = await ReadModels.OpenWorkflowsAsync(CancellationToken.None);
        Assert.Equal((PrivateText.Erased, "waiting"), (rows.Single(r => r.Workflow == id).Goal, rows.Single(r => r.Workflow == id).Status));
        Assert.Equal("Not hers", rows.Single(r => r.Workflow == other).Goal);
        Assert.Empty((await ReadModels.WorkflowsAsync(new WorkflowQuery(Text: "elm street"), CancellationToken.None)).Items);
        Assert.False(await Store.HoldsOnDiskAsync(Encoding.UTF8.GetBytes("Elm Street 5")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    public async Task Ciphertext_that_was_changed_stays_closed(int at)
    {
        var sealedText = await SealAsync("olga", "hello");
        var bytes = Convert.FromBase64String(sealedText.Ciphertext!);
        bytes[at] ^= 1;
        Assert.Equal(PrivateText.Erased, (await OpenAsync(sealedText with { Ciphertext = Convert.ToBase64String(bytes) })).Words);
        Assert.Equal(PrivateText.Erased, (await OpenAsync(sealedText with { Ciphertext = "AAAA" })).Words);
        Assert.Equal(PrivateText.Erased, (await OpenAsync(sealedText with { Nonce = "not base64" })).Words);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(21)]
    public async Task Several_are_opened_in_their_order_each_with_its_own_key_as_far_as_that_is_there(int people)
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, people).Select(i => SealAsync($"person{i}", $"words of {i}")));
        var plain = new PrivateText("system", "A monitor found 3 items.");
        await Envelopes.EraseAsync("person0", CancellationToken.None);

        var opened = await Envelopes.OpenEachAsync([.. texts, plain, .. texts], CancellationToken.None);

        var expected = Enumerable.Range(0, people).Select(i => i == 0 ? PrivateText.Erased : $"words of {i}").ToList();
        Assert.Equal([.. expected, plain.Words, .. expected], opened.Select(t => t.Words));
        Assert.Empty(await Envelopes.OpenEachAsync([], CancellationToken.None));
    }

    private Task<PrivateText> SealAsync(string person, string words) => Envelopes.SealAsync(new PrivateText(person, words), CancellationToken.None);

    private Task<PrivateText> OpenAsync(PrivateText text) => Envelopes.OpenAsync(text, CancellationToken.None);
}
