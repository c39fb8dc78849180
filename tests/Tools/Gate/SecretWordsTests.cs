using System.Text;

namespace AiManager.Tools.Tests;

/// <summary>Which secrets are looked for, in which forms, and what stands in their place.</summary>
public sealed class SecretWordsTests
{
    private const string Secret = "tr0ub4dor&3";

    private readonly SecretWords _words = new();

    [Theory]
    [InlineData("12345", "a 12345 b")]
    [InlineData("123456", "a [secret] b")]
    [InlineData("1234567", "a [secret] b")]
    public void What_is_too_short_to_stand_there_but_by_chance_is_not_looked_for(string secret, string clean)
    {
        _words.Add(secret);
        Assert.Equal(clean, _words.Clean($"a {secret} b"));

        var passing = new SecretWords();
        passing.Turn(this, secret);
        Assert.Equal(clean, passing.Clean($"a {secret} b"));
    }

    [Fact]
    public void Nothing_is_touched_where_no_secret_is_known_or_none_stands()
    {
        const string Text = "the cost is 12";
        ReadOnlyMemory<byte> bytes = new byte[] { 1, 2, 255 };
        Assert.Same(Text, _words.Clean(Text));
        Assert.Equal(bytes, _words.Clean(bytes));
        _words.Add(Secret);
        Assert.Same(Text, _words.Clean(Text));
        Assert.Equal(bytes, _words.Clean(bytes));
        Assert.Equal("""{"a":1}""", _words.Clean(JsonText.Parse("""{"a":1}""")).Text);
    }

    [Fact]
    public void Secrets_of_one_length_are_all_found_and_one_within_another_leaves_no_rest()
    {
        foreach (var secret in new[] { "alpha-one", "gamma-two", "secret-word", "secret-word-and-more", "alpha-one" })
        {
            _words.Add(secret);
        }

        Assert.Equal("[secret] [secret] [secret] [secret].", _words.Clean("alpha-one gamma-two secret-word-and-more secret-word."));
    }

    [Theory]
    [InlineData("as it is", "/Secretê? \"x\"")]
    [InlineData("JSON", "/Secret\\u00EA? \\u0022x\\u0022")]
    [InlineData("JSON, relaxed", "/Secretê? \\\"x\\\"")]
    [InlineData("URL", "%2FSecret%C3%AA%3F%20%22x%22")]
    [InlineData("URL, small letters", "%2fSecret%c3%aa%3f%20%22x%22")]
    [InlineData("form", "%2FSecret%C3%AA%3F+%22x%22")]
    [InlineData("hex", "2F536563726574C3AA3F20227822")]
    [InlineData("hex, small letters", "2f536563726574c3aa3f20227822")]
    [InlineData("bytes read as Latin 1", "/SecretÃª? \"x\"")]
    public void It_is_found_in_the_form(string form, string shown)
    {
        _words.Add("/Secretê? \"x\"");
        Assert.True(_words.Clean($"<{shown}>") == "<[secret]>", form);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Within_Base64_all_is_taken_out_that_depends_on_the_secret_alone(int before)
    {
        _words.Add(Secret);
        foreach (var after in new[] { 0, 1, 5 })
        {
            var around = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', before) + Secret + new string('y', after)));

            // Of six bits each: those that begin in the secret and end in it.
            var first = Enumerable.Range(0, around.Length).First(i => i * 6 >= before * 8);
            var end = Enumerable.Range(0, around.Length).Last(i => (i + 1) * 6 <= (before + Secret.Length) * 8) + 1;
            Assert.Equal(around[..first] + SecretWords.Mark + around[end..], _words.Clean(around));
        }
    }

    [Theory]
    [InlineData("abcdef", 0, true)]
    [InlineData("abcdef", 1, false)]
    [InlineData("abcdefg", 1, true)]
    public void A_part_of_Base64_that_is_too_short_is_not_looked_for(string secret, int before, bool found)
    {
        _words.Add(secret);
        var around = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', before) + secret + "yyyy"));
        Assert.Equal(found, _words.Clean(around) != around);
    }

    [Fact]
    public void Base64_of_URLs_is_found_too()
    {
        var secret = "\u00ff\u00fe\u00ff>>>???~~~";
        _words.Add(secret);
        var url = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).Replace('+', '-').Replace('/', '_');
        Assert.Contains('_', url);
        Assert.Contains(SecretWords.Mark, _words.Clean(url), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_token_that_turns_the_one_now_and_the_one_before_are_looked_for_and_no_older_one()
    {
        var (holder, other) = (new object(), new object());
        _words.Add("lasting-secret");
        _words.Turn(other, "anothers-token");
        _words.Turn(holder, "token-one");
        Assert.Equal("[secret] token-two token-three", All());
        _words.Turn(holder, "token-two");
        Assert.Equal("[secret] [secret] token-three", All());
        _words.Turn(holder, "token-three");
        Assert.Equal("token-one [secret] [secret]", All());

        // Said once more, it is the same one, and the one before it is still the one before.
        _words.Turn(holder, "token-three");
        Assert.Equal("token-one [secret] [secret]", All());
        Assert.Equal("[secret] [secret]", _words.Clean("lasting-secret anothers-token"));

        string All() => _words.Clean("token-one token-two token-three");
    }

    [Fact]
    public void In_bytes_as_many_stand_there_as_before_and_what_is_no_text_stays()
    {
        _words.Add(Secret);
        _words.Add("123456");
        byte[] bytes = [255, 0, .. Encoding.UTF8.GetBytes(Secret), 254, .. Encoding.UTF8.GetBytes("123456"), 13];
        Assert.Equal([255, 0, .. Encoding.UTF8.GetBytes("[secret]***"), 254, .. Encoding.UTF8.GetBytes("[secre"), 13], _words.Clean(bytes).ToArray());
    }

    [Theory]
    [InlineData("""{"said":"tr0ub4dor&3","n":1}""", """{"said":"[secret]","n":1}""")]
    [InlineData("""{"tr0ub4dor&3":true}""", """{"[secret]":true}""")]
    [InlineData("""{"said":"tr0ub4dor&3","n":123456}""", "\"[secret]\"")]
    public void A_value_is_cleaned_in_texts_and_names_and_where_its_form_breaks_nothing_of_it_is_kept(string json, string clean)
    {
        _words.Add(Secret);
        _words.Add("123456");
        Assert.Equal(clean, _words.Clean(JsonText.Parse(json)).Text);
    }
}
