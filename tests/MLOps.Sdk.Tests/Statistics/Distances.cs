using System.Text.Json;

namespace MLOps.Statistics;

internal static class Distances
{
    public static void Agree(long[] p, long[] q, JsonElement expected)
    {
        double Value(string name) => expected.GetProperty(name).GetDouble();
        Near.Statistic(Divergence.TotalVariation(p, q), Value("total_variation"), "total variation");
        Near.Statistic(Divergence.Hellinger(p, q), Value("hellinger"), "Hellinger");
        Near.Statistic(Divergence.JensenShannon(p, q), Value("jensen_shannon_distance_base_2"), "Jensen-Shannon base 2");
        Near.Statistic(Divergence.JensenShannon(p, q, Math.E), Value("jensen_shannon_distance_base_e"), "Jensen-Shannon base e");
        Near.Statistic(Divergence.PopulationStability(p, q), Value("psi_zero_replaced_1e-4_not_renormalised"), "PSI");
        Near.Statistic(Divergence.KullbackLeibler(p, q), Value("kl_ref_to_cur_zero_replaced_1e-4_renormalised"), "Kullback-Leibler");
        Near.Statistic(Divergence.KullbackLeibler(q, p), Value("kl_cur_to_ref_zero_replaced_1e-4_renormalised"), "Kullback-Leibler backwards");
        Near.Statistic(Divergence.LInfinity(p, q), Value("l_infinity"), "L-infinity");
    }
}
