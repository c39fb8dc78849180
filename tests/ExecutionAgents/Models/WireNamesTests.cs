using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace AiManager.ExecutionAgents.Tests;

public sealed class WireNamesTests
{
    [Fact]
    public void A_dot_is_two_underscores() => Assert.Equal("erp__low_stock", new WireNames(["erp.low_stock"]).ToWire("erp.low_stock"));

    [Fact]
    public void Every_name_comes_back_whatever_it_is()
    {
        var part = Gen.Elements("a", "b", ".", "_", "__", "-", "ž", "/", new string('x', 40));
        var names = Gen.ArrayOf(Gen.ArrayOf(part).Where(p => p.Length > 0).Select(string.Concat));
        Prop.ForAll(names.ToArbitrary(), given =>
        {
            var wire = new WireNames(given);
            var written = given.Distinct().Select(wire.ToWire).ToArray();
            return given.All(n => wire.FromWire(wire.ToWire(n)) == n)
                && written.Distinct().Count() == written.Length
                && written.All(w => Regex.IsMatch(w, "^[a-zA-Z0-9_-]{1,64}$"));
        }).QuickCheckThrowOnFailure();
    }
}
