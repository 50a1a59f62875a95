using LlmGateway.Gateway.Experiments;

namespace LlmGateway.Gateway.Tests.Experiments;

/// <summary>Which unit is given which variant.</summary>
public sealed class AssignmentTests
{
    private static readonly string[] Units = [.. Enumerable.Range(0, 10_000).Select(number => $"ep_{number}")];

    [Fact]
    public void Shares_are_as_their_weights()
    {
        var counts = Units.CountBy(With(("control", 0.5), ("a", 0.3), ("b", 0.2)).VariantOf).ToDictionary();
        Assert.InRange(counts["control"], 4850, 5150);
        Assert.InRange(counts["a"], 2850, 3150);
        Assert.InRange(counts["b"], 1850, 2150);
    }

    [Fact]
    public void A_treatment_that_grows_keeps_what_it_has()
    {
        string[] before = [];
        foreach (var share in (double[])[0.01, 0.05, 0.25, 0.5, 1])
        {
            string[] treated = [.. Units.Where(unit => With(("control", 1 - share), ("better", share)).VariantOf(unit) == "better")];
            Assert.Empty(before.Except(treated));
            Assert.InRange(treated.Length, (share * 10_000) - 150, (share * 10_000) + 150);
            before = treated;
        }

        Assert.Equal(10_000, before.Length);
    }

    [Fact]
    public void A_unit_keeps_its_variant_and_another_experiment_mixes_anew()
    {
        (string, double)[] variants = [("control", 0.5), ("better", 0.5)];
        Assert.Equal(Units.Select(With(variants).VariantOf), Units.Select(With(variants).VariantOf));
        var other = new ActiveExperiment("exp_other", 1, "episode", [.. variants.Select(variant => (variant.Item1, variant.Item2, (VariantChange?)null))]);
        Assert.InRange(Units.Count(unit => other.VariantOf(unit) == With(variants).VariantOf(unit)), 4800, 5200);
    }

    [Fact]
    public void A_variant_of_no_share_gets_nothing() =>
        Assert.All(Units, unit => Assert.Equal("better", With(("control", 0), ("better", 1)).VariantOf(unit)));

    private static ActiveExperiment With(params (string Name, double Weight)[] variants) =>
        new("exp_1", 1, "episode", [.. variants.Select(variant => (variant.Name, variant.Weight, (VariantChange?)null))]);
}
