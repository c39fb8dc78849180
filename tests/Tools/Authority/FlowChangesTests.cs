namespace AiManager.Tools.Tests;

public sealed class FlowChangesTests
{
    private const string Less = "wider surely f: the flow is about less, or asks where it denied";
    private const string Deny = "{ id: f, effect: deny, labels: [secret, prices], to: [openWorld, communicate-out] }";
    private const string Ask = "{ id: f, effect: ask, labels: [secret, prices], to: [openWorld, communicate-out], approvers: { role: lead } }";
    private const string AskBoth = "{ id: f, effect: ask, labels: [secret, prices], to: [openWorld, communicate-out], approvers: { all: [ { role: lead }, { role: cfo } ] } }";
    private const string OfAuthority = "{ id: f, effect: deny, labels: [secret, prices], arguments: authority, to: [openWorld, communicate-out] }";
    private const string OneLabel = "{ id: f, effect: deny, labels: [secret], to: [openWorld, communicate-out] }";
    private const string OnePlace = "{ id: f, effect: deny, labels: [secret, prices], to: [openWorld] }";
    private const string Other = "{ id: g, effect: deny, labels: [secret], to: openWorld }";
    private const string Third = "{ id: h, effect: deny, labels: [secret], to: openWorld }";

    [Theory]
    [InlineData(Deny, "", "wider surely f: the flow is gone")]
    [InlineData(Deny + " | " + Other, Other, "wider surely f: the flow is gone")]
    [InlineData("", Deny, "narrower surely f: the flow is new")]
    [InlineData(Other + " | " + Third, Other + " | " + Third + " | " + Deny, "narrower surely f: the flow is new")]
    [InlineData(Deny + " | " + Other, Other + " | " + Deny, "")]
    [InlineData(Deny, Ask, Less)]
    [InlineData(Ask, Deny, "")]
    [InlineData(Ask, Ask, "")]
    [InlineData(Ask, AskBoth, "")]
    [InlineData(AskBoth, Ask, "wider surely f: cfo need not agree any more")]
    [InlineData(Deny, OfAuthority, Less)]
    [InlineData(OfAuthority, Deny, "")]
    [InlineData(OfAuthority, OfAuthority, "")]
    [InlineData(Deny, OneLabel, Less)]
    [InlineData(OneLabel, Deny, "")]
    [InlineData(Deny, OnePlace, Less)]
    [InlineData(OnePlace, Deny, "")]
    public void A_flow_that_is_gone_or_about_less_lets_more_through(string before, string after, string expected) =>
        Assert.Equal(expected, Policies.Told(FlowChanges.Of(Flows(before), Flows(after))));

    [Theory]
    [InlineData(Deny, "[acme]", "[acme, globex]", "wider surely good: 'globex' is believed wherever it turns up (lists)")]
    [InlineData(Deny, "[acme]", "[acme]", "")]
    [InlineData(Deny, "[acme, globex]", "[acme]", "")]
    [InlineData("", "[acme]", "[acme, globex]", "")]
    public void What_a_list_names_is_believed_where_there_are_flows(string flows, string was, string now, string expected) =>
        Assert.Equal(expected, Policies.Told(FlowChanges.Of(Flows(flows, was), Flows(flows, now))));

    private static FlowPolicy Flows(string flows, string good = "[acme]")
    {
        var reader = new ConfigReader();
        var yaml = $"version: 1\nlists: {{ good: {good} }}\nrules: []\nflows:" + (flows.Length == 0 ? " []\n" : string.Concat(flows.Split(" | ").Select(f => $"\n  - {f}")) + "\n");
        var bound = FlowPolicy.Bind(Shop.Bundle("sources: []\n", yaml), new Catalog([], []), new DirectoryDouble([]), reader);
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        return bound;
    }
}
