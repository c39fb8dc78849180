using System.Net;

namespace AiManager.Tools.Tests;

/// <summary>A call leaves to the host that the company named and to no other, whatever arguments, documents, names and replies say.</summary>
public sealed class OpenApiPinningTests
{
    private const string Paths = """
        "servers":[{"url":"https://evil.example"}],
        "paths":{
          "/users/{id}/keys":{"get":{"operationId":"get","servers":[{"url":"https://evil.example"}],"parameters":[
            {"name":"id","in":"path","required":true,"schema":{"type":"string"}},
            {"name":"X-Note","in":"header","schema":{"type":"string"}},
            {"name":"q","in":"query","allowReserved":true,"schema":{"type":"string"}}]}},
          "/plain":{"get":{"operationId":"plain"},"post":{"operationId":"write"}}}
        """;

    public static TheoryData<string> Escapes =>
        ["..", ".", "../admin", "a/../../admin", "..\\admin", "x/..", "..;/admin", "", " ..", "a//b", "/evil.example", "//evil.example/x", "a\u0000b", "a\r\nHost: evil"];

    [Theory, MemberData(nameof(Escapes))]
    public async Task A_part_of_a_path_cannot_leave_it(string id)
    {
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await ApiShop.OpenAsync(Paths, service.Url.ToString());
        Assert.StartsWith("'id' cannot be part of a path", await shop.FailAsync("get", $$"""{"id":{{JsonText.OfString(id)}}}"""), StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Theory]
    [InlineData("@evil.example", "/users/%40evil.example/keys")]
    [InlineData("a?b#c", "/users/a%3Fb%23c/keys")]
    [InlineData("%2e%2e", "/users/%252e%252e/keys")]
    [InlineData("a/b", "/users/a%2Fb/keys")]
    [InlineData("...", "/users/.../keys")]
    [InlineData("čaj:8080", "/users/%C4%8Daj%3A8080/keys")]
    public async Task What_may_be_part_of_a_path_is_encoded(string id, string target)
    {
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await ApiShop.OpenAsync(Paths, service.Url.ToString());
        await shop.CallAsync("get", $$"""{"id":{{JsonText.OfString(id)}}}""");
        Assert.Equal(target, Assert.Single(service.Requests).Target);
    }

    [Theory]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("a\nb")]
    [InlineData("a\u0000")]
    [InlineData("č")]
    public async Task A_header_ends_where_it_ends(string note)
    {
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await ApiShop.OpenAsync(Paths, service.Url.ToString());
        Assert.StartsWith("'X-Note' cannot be a header", await shop.FailAsync("get", $$"""{"id":"1","X-Note":{{JsonText.OfString(note)}}}"""), StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task Reserved_characters_of_a_query_make_no_second_parameter()
    {
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await ApiShop.OpenAsync(Paths, service.Url.ToString());
        await shop.CallAsync("get", """{"id":"1","q":"a/b:c&admin=1#x+y%"}""");
        Assert.Equal("/users/1/keys?q=a/b:c%26admin%3D1%23x%2By%25", Assert.Single(service.Requests).Target);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://localhost:1/")]
    [InlineData("/elsewhere")]
    public async Task No_redirect_is_followed(string location)
    {
        await using var service = await ServiceStub.StartAsync(ServiceStub.Says(302, "", "", ("Location", location)));
        await using var shop = await ApiShop.OpenAsync(Paths, service.Url.ToString());
        Assert.Equal("127.0.0.1 answers 302 and sends elsewhere, where no call goes.", await shop.FailAsync("plain", "{}"));
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task A_private_address_is_reached_only_where_the_company_says_so()
    {
        await using var service = await ServiceStub.StartSecureAsync();
        await using var shop = await ApiShop.OpenAsync(Paths, service.Url.ToString(), string.Empty);
        Assert.StartsWith("127.0.0.1 is at an address that must not be reached: it is private.", await shop.FailAsync("plain", "{}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("10.0.0.7")]
    [InlineData("169.254.169.254")]
    public async Task A_name_that_turns_to_a_private_address_is_not_followed_there(string address)
    {
        // What a name was when the company was loaded does not count: the address is looked at where the connection is made.
        await using var shop = await ApiShop.OpenAsync(Paths, "https://crm.example.com", string.Empty, resolver: ApiShop.Resolves(address));
        Assert.StartsWith("crm.example.com is at an address that must not be reached", await shop.FailAsync("plain", "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_that_may_be_reached_are_tried()
    {
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await ApiShop.OpenAsync(Paths, $"http://crm.internal:{service.Url.Port}", resolver: ApiShop.Resolves("169.254.169.254", "127.0.0.1"));
        Assert.Equal(CallOutcome.Succeeded, (await shop.CallAsync("plain", "{}")).Outcome);
        Assert.Equal($"crm.internal:{service.Url.Port}", Assert.Single(service.Requests).Headers["Host"]);
    }

    [Theory]
    [InlineData("8.8.8.8", true, true)]
    [InlineData("2606:4700::1111", true, true)]
    [InlineData("::ffff:8.8.8.8", true, true)]
    [InlineData("10.1.2.3", false, true)]
    [InlineData("172.16.0.1", false, true)]
    [InlineData("172.32.0.1", true, true)]
    [InlineData("192.168.1.1", false, true)]
    [InlineData("100.64.0.1", false, true)]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("127.255.0.1", false, true)]
    [InlineData("::1", false, true)]
    [InlineData("::ffff:10.0.0.1", false, true)]
    [InlineData("::10.0.0.1", false, true)]
    [InlineData("64:ff9b::10.0.0.1", false, true)]
    [InlineData("64:ff9b::8.8.8.8", true, true)]
    [InlineData("2002:0a00:0001::1", false, true)]
    [InlineData("2001:0:53aa:64c::1", false, true)]
    [InlineData("fd00::1", false, true)]
    [InlineData("fec0::1", false, true)]
    [InlineData("2001:db8::1", false, true)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("::", false, false)]
    [InlineData("224.0.0.1", false, false)]
    [InlineData("255.255.255.255", false, false)]
    [InlineData("ff02::1", false, false)]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("::ffff:169.254.169.254", false, false)]
    [InlineData("64:ff9b::169.254.169.254", false, false)]
    [InlineData("2002:a9fe:a9fe::1", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("fd00:ec2::254", false, false)]
    [InlineData("100.100.100.200", false, false)]
    public void Addresses_are_judged_as_what_they_are_however_they_are_written(string address, bool isPublic, bool isReachableInside) =>
        Assert.Equal((isPublic, isReachableInside), (ReachableAddresses.May(IPAddress.Parse(address), allowsPrivate: false), ReachableAddresses.May(IPAddress.Parse(address), allowsPrivate: true)));

    [Theory]
    [InlineData("http://crm.example.com", "", "'baseUrl' must be https")]
    [InlineData("https://user:pw@crm.example.com", "", "'baseUrl' must be an address")]
    [InlineData("https://crm.example.com/?a=1", "", "'baseUrl' must be an address")]
    [InlineData("file:///etc/passwd", "", "'baseUrl' must be an address")]
    [InlineData("https://crm.example.com", "auth: { bearer: abcdef }", "'bearer' does not belong in a file")]
    [InlineData("https://crm.example.com", "auth: { bearer: \"${A}\", basic: { user: u, password: \"${A}\" } }", "'auth' says one of")]
    [InlineData("https://crm.example.com", "auth: { bearer: \"${BROKEN}\" }", "What 'bearer' is filled with has characters")]
    [InlineData("https://crm.example.com", "auth: { apiKey: { value: \"${A}\" } }", "'apiKey' says where it goes")]
    [InlineData("https://crm.example.com", "auth: { apiKey: { header: \"X: y\", value: \"${A}\" } }", "'header' is a name")]
    [InlineData("https://crm.example.com", "auth: { oauth: { tokenUrl: \"http://x\", clientId: a, clientSecret: \"${A}\" } }", "'tokenUrl' must be https")]
    [InlineData("https://crm.example.com", "operations: [nothing]", "The document has no operation 'nothing'.")]
    [InlineData("https://crm.example.com", "idempotencyKey: { header: \"a b\" }", "'header' is the name of a header")]
    [InlineData("https://crm.example.com", "idempotencyKey: { header: Key, operations: [nothing] }", "The document has no operation 'nothing' that can be used.")]
    public void What_would_be_unsafe_is_refused_when_the_company_is_loaded(string baseUrl, string settings, string fault)
    {
        var (_, reader, _) = ApiShop.Bind(Paths, baseUrl, settings, new Dictionary<string, string> { ["A"] = "secret-a", ["BROKEN"] = "line\nbreak" });
        Assert.Contains(reader.Faults, f => f.Message.StartsWith(fault, StringComparison.Ordinal));
    }
}
