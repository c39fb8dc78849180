namespace AiManager.Domain.Tests;

public sealed class PrivateTextTests
{
    private static readonly PrivateText Sealed = new("petra", null, "k1", "bm9uY2U=", "c2VhbGVk");

    [Fact]
    public void Sealed_words_are_stored_as_ciphertext_alone()
    {
        var written = EventCodecTests.Text(new MessagePosted(Sealed));
        Assert.Contains("c2VhbGVk", written, StringComparison.Ordinal);
        Assert.DoesNotContain("clear", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_were_opened_are_never_written_beside_their_ciphertext()
    {
        var opened = Sealed with { Clear = "my daughter is ill" };
        foreach (var sample in EventSamples.Full.OfType<ICarryPrivateText>())
        {
            var written = EventCodecTests.Text(sample.WithPrivate(opened));
            Assert.DoesNotContain("daughter", written, StringComparison.Ordinal);
            Assert.Contains("c2VhbGVk", written, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_private_text_can_be_reached_to_be_sealed()
    {
        foreach (var sample in EventSamples.Full)
        {
            var texts = sample.GetType().GetProperties().Where(p => p.PropertyType == typeof(PrivateText) && p.Name != nameof(ICarryPrivateText.Private)).ToList();
            if (texts.Count == 0)
            {
                Assert.False(sample is ICarryPrivateText, sample.GetType().Name);
                continue;
            }

            var carrier = Assert.IsAssignableFrom<ICarryPrivateText>(sample);
            Assert.Same(Assert.Single(texts).GetValue(sample), carrier.Private);
            var other = new PrivateText("nora", "other");
            Assert.Same(other, ((ICarryPrivateText)carrier.WithPrivate(other)).Private);
        }
    }

    [Fact]
    public void Words_whose_key_is_gone_read_as_erased()
    {
        Assert.Equal(PrivateText.Erased, Sealed.Words);
        Assert.True(Sealed.IsSealed);
        Assert.Equal("hello", new PrivateText("petra", "hello").Words);
        Assert.False(new PrivateText("petra", "hello").IsSealed);
        Assert.False((Sealed with { Clear = "open" }).IsSealed);
    }
}
