using MathNet.Numerics.LinearAlgebra;

namespace BikeDemand;

/// <summary>Fits a <see cref="DemandModel"/> by ridge regression on the square root of the counts.</summary>
public static class DemandTrainer
{
    /// <summary>Solves (XᵀX + λI) w = Xᵀ √y.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="lambda">The strength of the ridge, above 0.</param>
    public static DemandModel Fit(IReadOnlyList<CountedRide> rows, double lambda)
    {
        var normal = Matrix<double>.Build.Dense(DemandFeatures.Count, DemandFeatures.Count);
        var target = Vector<double>.Build.Dense(DemandFeatures.Count);
        var row = new double[DemandFeatures.Count];
        var set = new List<int>(16);
        foreach (var (ride, count) in rows)
        {
            DemandFeatures.Write(ride, row);
            set.Clear();
            for (var i = 0; i < row.Length; i++)
                if (row[i] != 0) set.Add(i);
            var y = Math.Sqrt(count);
            foreach (var i in set)
            {
                target[i] += row[i] * y;
                foreach (var j in set) normal[i, j] += row[i] * row[j];
            }
        }

        for (var i = 0; i < DemandFeatures.Count; i++) normal[i, i] += lambda;
        return new DemandModel([.. normal.Cholesky().Solve(target)]);
    }
}
