using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Host.Tests;

/// <summary>What a real provider never says, and a thief or a wrong provider does.</summary>
public sealed class IdTokenTests : IDisposable
{
    private const string Good = """{"iss":"https://id","aud":"manager","sub":"u1","nonce":"n","iat":1000,"exp":1300}""";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1100);
    private static readonly IdToken.Expected Expected = new("https://id", "manager", "n");
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "iss", "\"https://evil\"", "another issuer" },
        { "iss", "\"https://id/\"", "another issuer" },
        { "aud", "\"other\"", "another service" },
        { "aud", "[\"manager\",\"other\"]", "several services" },
        { "azp", "\"other\"", "another service asked" },
        { "nonce", "\"m\"", "another sign-in" },
        { "nonce", "null", "another sign-in" },
        { "exp", "1040", "expired" },
        { "exp", "\"9999\"", "cannot be read" },
        { "exp", "1e300", "cannot be read" },
        { "iat", "1161", "later than now" },
        { "nbf", "1161", "not hold yet" },
        { "sub", "\"\"", "nobody" },
        { "sub", "5", "nobody" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_claim_that_does_not_fit_is_refused_and_named(string claim, string value, string why)
    {
        var claims = JsonNode.Parse(Good)!.AsObject();
        claims[claim] = JsonNode.Parse(value);
        Assert.Contains(why, Assert.IsType<IdTokenCheck.Bad>(Check(Token("""{"alg":"RS256","kid":"r"}""", claims.ToJsonString()))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_provider_signed_holds_by_either_kind_of_key()
    {
        Assert.Equal("u1", Assert.IsType<IdTokenCheck.Good>(Check(Token("""{"alg":"RS256","kid":"r"}""", Good))).Claims.GetProperty("sub").GetString());
        Assert.IsType<IdTokenCheck.Good>(Check(Token("""{"alg":"ES256","kid":"e"}""", Good)));
        Assert.IsType<IdTokenCheck.Good>(Check(Token("""{"alg":"RS256"}""", Good)));
        Assert.IsType<IdTokenCheck.UnknownKey>(Check(Token("""{"alg":"RS256","kid":"new"}""", Good)));
        Assert.IsType<IdTokenCheck.UnknownKey>(Check(Token("""{"alg":"ES256","kid":"r"}""", Good)));
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"HS256","kid":"r"}""")]
    [InlineData("""{"alg":"RS256","kid":"r","crit":["x"]}""")]
    [InlineData("""{"alg":"RS256","alg":"none","kid":"r"}""")]
    public void A_header_that_asks_for_less_is_refused(string header) => Assert.IsType<IdTokenCheck.Bad>(Check(Token(header, Good)));

    [Fact]
    public void A_changed_token_a_foreign_signature_and_what_is_no_token_are_refused()
    {
        var token = Token("""{"alg":"RS256","kid":"r"}""", Good).Split('.');
        var other = Encode(Good.Replace("u1", "u2", StringComparison.Ordinal));
        Assert.IsType<IdTokenCheck.OtherKey>(Check($"{token[0]}.{other}.{token[2]}"));
        Assert.IsType<IdTokenCheck.OtherKey>(Check($"{token[0]}.{token[1]}."));
        Assert.IsType<IdTokenCheck.Bad>(Check($"{token[0]}.{token[1]}"));
        Assert.IsType<IdTokenCheck.Bad>(Check("?.?.?"));
        Assert.IsType<IdTokenCheck.OtherKey>(Check(Encode("""{"alg":"ES256","kid":"e"}""") + "." + token[1] + "." + token[2]));
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _curve.Dispose();
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private IdTokenCheck Check(string token)
    {
        var (rsa, curve) = (_rsa.ExportParameters(false), _curve.ExportParameters(false));
        var keys = JsonSerializer.SerializeToElement(new
        {
            keys = new object[]
            {
                new { kty = "RSA", kid = "r", use = "sig", n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
                new { kty = "EC", kid = "e", crv = "P-256", x = Base64Url.EncodeToString(curve.Q.X), y = Base64Url.EncodeToString(curve.Q.Y) },
            },
        });
        return IdToken.Check(token, keys, Expected, Now);
    }

    private string Token(string header, string claims)
    {
        var text = $"{Encode(header)}.{Encode(claims)}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = header.Contains("ES256", StringComparison.Ordinal) ? _curve.SignData(bytes, HashAlgorithmName.SHA256) : _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }
}
