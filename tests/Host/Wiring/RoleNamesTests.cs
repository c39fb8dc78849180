namespace AiManager.Host.Tests;

/// <summary>A role that is all but one of the service's own is pointed out, and runs all the same.</summary>
public sealed class RoleNamesTests
{
    [Theory]
    [InlineData("Operator", "operator")]
    [InlineData("viewver", "viewer")]
    [InlineData("viewr", "viewer")]
    [InlineData("veiwer", "viewer")]
    [InlineData("aprover", "approver")]
    [InlineData("complianse", "compliance")]
    [InlineData("ADMIN", "admin")]
    [InlineData("riskk", "risk")]
    [InlineData("xrisk", "risk")]
    [InlineData("platform_operator", "platform-operator")]
    public void It_is_meant(string written, string known) => Assert.True(RoleNames.IsMeant(written, known));

    [Theory]
    [InlineData("operator", "operator")]
    [InlineData("cfo", "risk")]
    [InlineData("reviewer", "viewer")]
    [InlineData("warehouse", "viewer")]
    [InlineData("", "risk")]
    [InlineData("administrator", "admin")]
    [InlineData("disk-lead", "risk")]
    public void It_is_another_word(string written, string known) => Assert.False(RoleNames.IsMeant(written, known));

    [Fact]
    public async Task The_warning_stands_at_the_role_and_says_what_either_word_gives()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("people.yaml", "people:\n  - { id: jana, name: Jana, roles: [operator, lead] }\n  - { id: vera, name: Vera, roles: [Viewer] }\n"));
        var warning = Assert.Single(api.Get<LoadedCompany>().Warnings);
        Assert.Equal(("people.yaml", 3), (warning.Place.File, warning.Place.Line));
        Assert.Contains("'Viewer' is a role of the company's own, which may submit and approve. Was 'viewer' meant, which may read, answer?", warning.Message, StringComparison.Ordinal);
    }
}
