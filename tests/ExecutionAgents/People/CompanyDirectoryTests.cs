namespace AiManager.ExecutionAgents.Tests;

public sealed class CompanyDirectoryTests
{
    private const string Agent = "{ name: buyer, skills: [purchasing], tools: [erp.order], model: fast, limits: { turns: 3, tokens: 500 } }";

    [Fact]
    public void People_and_agents_are_bound_as_written()
    {
        var directory = Bind("people: [ { id: petra, name: Petra Novak, email: p@example.com, roles: [lead], skills: { sourcing: 0.9 }, standIn: omar, capacity: 6 }, { id: omar, name: Omar } ]", Agent, out var faults);
        Assert.Empty(faults);
        Assert.Equal(["omar", null], directory.People.Select(p => p.StandIn));
        Assert.Equal([6, null], directory.People.Select(p => p.Capacity));
        var person = directory.People[0];
        Assert.Equal(("petra", "Petra Novak", "p@example.com", 0.9m), (person.Id, person.Name, person.Email, person.Skills["sourcing"]));
        var agent = directory.Agent("buyer")!;
        Assert.Equal(("fast", new TurnLimits(3, 500), "You buy."), (agent.Model, agent.Limits, agent.Prompt));
    }

    [Fact]
    public void What_is_not_said_is_the_default()
    {
        var agent = Assert.Single(Bind("people: []", "{ name: buyer }", out _).Agents);
        Assert.Equal(("default", new TurnLimits()), (agent.Model, agent.Limits));
    }

    [Theory]
    [InlineData("people: [ { id: a, name: A, hours: x } ]", Agent, "people.yaml:1:36", "write days, times and a time zone")]
    [InlineData("people: [ { id: a, name: A, capacity: 0 } ]", Agent, "people.yaml:1:39", "a whole number of at least 1")]
    [InlineData("people: [ { id: a, name: A, capacity: 2.5 } ]", Agent, "people.yaml:1:39", "a whole number of at least 1")]
    [InlineData("people: [ { id: a, name: A, capacity: many } ]", Agent, "people.yaml:1:39", "must be a number")]
    [InlineData("people: [ { id: a, name: A, capacity: 60000 } ]", Agent, "people.yaml:1:39", "at most 10000")]
    [InlineData("people: [ { id: a, name: A, standIn: b } ]", Agent, "people.yaml:1:38", "no person 'b'")]
    [InlineData("people: [ { id: a, name: A, standIn: a } ]", Agent, "people.yaml:1:38", "stand in for themselves")]
    [InlineData("people: [ { id: a, name: A, standIn: b }, { id: b, name: B, standIn: a } ]", Agent, "people.yaml:1:38", "in a circle: a, b")]
    [InlineData("people: [ { id: a, name: A, standIn: b }, { id: b, name: B, standIn: a } ]", Agent, "people.yaml:1:70", "in a circle: b, a")]
    [InlineData("people: [ { id: a, name: A, standIn: [b] } ]", Agent, "people.yaml:1:38", "must be text")]
    [InlineData("people: [ { id: a, name: A, mail: b } ]", Agent, "people.yaml:1:29", "Unknown key 'mail'")]
    [InlineData("people: [ { name: A } ]", Agent, "people.yaml:1:11", "'id' is missing")]
    [InlineData("people: [ { id: \"A B\", name: A } ]", Agent, "people.yaml:1:17", "is not an id")]
    [InlineData("people: [ { id: a, name: A }, { id: a, name: B } ]", Agent, "people.yaml:1:37", "another person with the id 'a'")]
    [InlineData("people: [ { id: a, name: A, skills: { x: 2 } } ]", Agent, "people.yaml:1:42", "from 0 to 1")]
    [InlineData("people: [ { id: a, name: A, skills: { x: much } } ]", Agent, "people.yaml:1:42", "must be a number")]
    [InlineData("people: []", "{ name: buyer, tool: [a] }", "agents/buyer.md:1:16", "Unknown key 'tool'")]
    [InlineData("people: []", "{ name: manager }", "agents/buyer.md:1:9", "the program's own name")]
    [InlineData("people: []", "{ skills: [a] }", "agents/buyer.md:1:1", "'name' is missing")]
    [InlineData("people: []", "{ name: buyer, limits: { turns: 0 } }", "agents/buyer.md:1:33", "at least 1")]
    [InlineData("people: []", "{ name: buyer, limits: { calls: 1 } }", "agents/buyer.md:1:26", "Unknown key 'calls'")]
    public void A_mistake_is_named_with_its_place(string people, string agent, string place, string message)
    {
        Bind(people, agent, out var faults);
        Assert.Contains(faults, f => f.Place.ToString() == place && f.Message.Contains(message, StringComparison.Ordinal) && !f.IsWarning);
    }

    [Fact]
    public void An_agent_in_a_file_of_another_name_is_a_warning()
    {
        Bind("people: []", "{ name: clerk }", out var faults);
        Assert.True(Assert.Single(faults).IsWarning);
    }

    [Fact]
    public void Two_agents_of_one_name_and_an_agent_without_a_prompt_are_mistakes()
    {
        var reader = new ConfigReader();
        var page = new ConfigPage(Yaml.Read("{ name: buyer }", "agents/buyer.md"), " \n", 4);
        CompanyDirectory.Bind(new CompanyBundle("h", ImmutableSortedDictionary<string, ConfigNode.Map>.Empty, ImmutableSortedDictionary<string, ConfigPage>.Empty.Add("agents/buyer.md", page).Add("agents/other.md", page), ImmutableSortedDictionary<string, string>.Empty), reader);
        Assert.Contains(reader.Faults, f => f.Message.Contains("another agent named 'buyer'", StringComparison.Ordinal) && !f.IsWarning);
        Assert.Contains(reader.Faults, f => f.Place.ToString() == "agents/buyer.md:4:1" && f.Message.Contains("no instructions", StringComparison.Ordinal));
    }

    private static IDirectory Bind(string people, string agent, out IReadOnlyList<ConfigFault> faults)
    {
        var reader = new ConfigReader();
        var bundle = new CompanyBundle(
            "hash",
            ImmutableSortedDictionary<string, ConfigNode.Map>.Empty.Add("people.yaml", Yaml.Read(people, "people.yaml")),
            ImmutableSortedDictionary<string, ConfigPage>.Empty.Add("agents/buyer.md", new ConfigPage(Yaml.Read(agent, "agents/buyer.md"), "You buy.\n", 4)),
            ImmutableSortedDictionary<string, string>.Empty);
        var directory = CompanyDirectory.Bind(bundle, reader);
        faults = reader.Faults;
        return directory;
    }
}
