using MathNet.Numerics.LinearAlgebra.Double;

namespace MLOps.Statistics;

/// <summary>Principal components of standardised columns, and how badly rows are described by them: a measure of drift of the relations between columns.</summary>
/// <remarks>
/// <para>
/// K. Pearson, "On lines and planes of closest fit to systems of points in space", Philosophical Magazine 2, 1901. Each column is centred on the reference's mean and divided by its standard
/// deviation (divisor n; 1 for a constant column); the components are the eigenvectors of the covariance of the result (MathNet.Numerics, symmetric), largest eigenvalue first, as few as
/// explain more than the wanted share of the variance. The reconstruction error of a row z is |z - V V'z|, V having the kept components as columns: it grows when columns stop moving together,
/// even where no single column has drifted. The sign of a component has no meaning and none on the error.
/// </para>
/// <para>
/// Rows lie one after the other in a span: cell (row, column) at row * columns + column. Reference rows with a NaN or an infinity are skipped and counted; their error is NaN. No whole row is an
/// error. All columns constant: no component is kept, and the error is the distance from the reference's mean. Cost: O(rows columns^2) to fit, O(columns components) for the error of a row.
/// Immutable, safe for concurrent use.
/// </para>
/// <example>
/// <code>
/// double[] reference = [1, 2, 2, 4, 3, 6, 4, 8]; // four rows; the second column is twice the first
/// var components = PrincipalComponents.Fit(reference, columns: 2);
/// var same = components.ReconstructionError([5, 10]); // 0: the relation holds
/// var other = components.ReconstructionError([5, 2]); // 2.5, about: it is broken
/// </code>
/// </example>
/// </remarks>
public sealed class PrincipalComponents
{
    private readonly double[] _means;
    private readonly double[] _deviations;
    private readonly double[] _ratios;

    // Component k owns the cells from k * columns.
    private readonly double[] _components;

    private PrincipalComponents(double[] means, double[] deviations, double[] ratios, double[] components, long count, long skipped) =>
        (_means, _deviations, _ratios, _components, Count, Skipped) = (means, deviations, ratios, components, count, skipped);

    /// <summary>The mean of each column of the reference.</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>The standard deviation of each column of the reference, divisor n; 1 for a constant column.</summary>
    public ReadOnlySpan<double> StandardDeviations => _deviations;

    /// <summary>The share of the variance that each kept component explains, largest first.</summary>
    public ReadOnlySpan<double> ExplainedVarianceRatios => _ratios;

    /// <summary>How many reference rows were used.</summary>
    public long Count { get; }

    /// <summary>How many reference rows had a NaN or an infinity.</summary>
    public long Skipped { get; }

    /// <summary>The unit vector of a kept component, one number per column.</summary>
    /// <param name="index">From 0, largest share of variance first.</param>
    /// <exception cref="MLOpsInvalidException">There is no such component.</exception>
    public ReadOnlySpan<double> Component(int index)
    {
        if (index < 0 || index >= _ratios.Length) throw new MLOpsInvalidException($"The component index is {index}: {_ratios.Length} components were kept.");
        return _components.AsSpan(index * _means.Length, _means.Length);
    }

    /// <summary>Finds the components of a reference.</summary>
    /// <param name="reference">Rows one after the other; at least one without NaN and infinity.</param>
    /// <param name="columns">The cells of a row, at least 1.</param>
    /// <param name="varianceShare">The share of the variance that the kept components must exceed, in (0, 1).</param>
    /// <exception cref="MLOpsInvalidException">An argument is outside its range, the cells are no whole number of rows, or no row can be used.</exception>
    public static PrincipalComponents Fit(ReadOnlySpan<double> reference, int columns, double varianceShare = 0.65)
    {
        if (columns < 1) throw new MLOpsInvalidException($"The number of columns is {columns}: it must be at least 1.");
        if (reference.Length % columns != 0) throw new MLOpsInvalidException($"The reference has {reference.Length} cells: they must be whole rows of {columns}.");
        if (!(varianceShare > 0 && varianceShare < 1)) throw new MLOpsInvalidException($"The share of the variance is {varianceShare}: it must be between 0 and 1, both excluded.");

        var (moments, skipped) = (new Moments[columns], 0L);
        Array.Fill(moments, Moments.Empty);
        for (var at = 0; at < reference.Length; at += columns)
        {
            var row = reference.Slice(at, columns);
            if (!IsFinite(row)) skipped++;
            else for (var c = 0; c < columns; c++) moments[c] = moments[c].Add(row[c]);
        }

        var count = moments[0].Count;
        if (count == 0) throw new MLOpsInvalidException($"The reference has {skipped} rows, none without NaN and infinity: at least one is needed.");
        // A constant column has the same smallest and largest value: its rounded mean must not make it vary.
        var means = Array.ConvertAll(moments, m => m.Min == m.Max ? m.Min : m.Mean);
        var deviations = Array.ConvertAll(moments, m => m.Min == m.Max || !(m.Variance(0) > 0) ? 1 : m.StandardDeviation(0));
        if (!IsFinite(means) || !IsFinite(deviations)) throw new MLOpsInvalidException("The reference has values too large for a variance: scale the column.");

        var eigen = DenseMatrix.OfArray(Covariance(reference, means, deviations, count)).Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric);
        // MathNet gives them in ascending order.
        var values = eigen.EigenValues.Select(value => Math.Max(0, value.Real)).Reverse().ToArray();
        var total = values.Sum();
        var kept = 0;
        for (var explained = 0.0; kept < columns && explained <= varianceShare * total && values[kept] > 0; kept++) explained += values[kept];
        var components = new double[kept * columns];
        for (var k = 0; k < kept; k++)
            for (var c = 0; c < columns; c++)
                components[k * columns + c] = eigen.EigenVectors[c, columns - 1 - k];
        return new(means, deviations, [.. values.Take(kept).Select(value => value / total)], components, count, skipped);
    }

    /// <summary>The distance between a standardised row and its description by the kept components.</summary>
    /// <param name="row">One cell per column.</param>
    /// <returns>At least 0; NaN when a cell is NaN or infinite.</returns>
    /// <exception cref="MLOpsInvalidException">The row has another number of cells.</exception>
    public double ReconstructionError(ReadOnlySpan<double> row)
    {
        if (row.Length != _means.Length) throw new MLOpsInvalidException($"The row has {row.Length} cells: it must have {_means.Length}.");
        return Error(row, new double[row.Length]);
    }

    /// <summary>The reconstruction errors of rows: their mean is the usual measure of a window, and summaries of windows can be merged.</summary>
    /// <param name="rows">Rows one after the other. None gives <see cref="Moments.Empty"/>.</param>
    /// <returns>Rows with a NaN or an infinity are counted in <see cref="Moments.NaNCount"/>.</returns>
    /// <exception cref="MLOpsInvalidException">The cells are no whole number of rows.</exception>
    public Moments ReconstructionErrors(ReadOnlySpan<double> rows)
    {
        var columns = _means.Length;
        if (rows.Length % columns != 0) throw new MLOpsInvalidException($"The rows have {rows.Length} cells: they must be whole rows of {columns}.");
        var (result, rest) = (Moments.Empty, new double[columns]);
        for (var at = 0; at < rows.Length; at += columns) result = result.Add(Error(rows.Slice(at, columns), rest));
        return result;
    }

    // What is left of the row after each component is taken away. They are orthonormal, so that the order does not matter.
    private double Error(ReadOnlySpan<double> row, Span<double> rest)
    {
        if (!IsFinite(row)) return double.NaN;
        for (var c = 0; c < rest.Length; c++) rest[c] = (row[c] - _means[c]) / _deviations[c];
        for (var k = 0; k < _ratios.Length; k++)
        {
            var component = _components.AsSpan(k * rest.Length, rest.Length);
            var score = 0.0;
            for (var c = 0; c < rest.Length; c++) score += component[c] * rest[c];
            for (var c = 0; c < rest.Length; c++) rest[c] -= score * component[c];
        }

        var squares = 0.0;
        foreach (var value in rest) squares += value * value;
        return Math.Sqrt(squares);
    }

    private static double[,] Covariance(ReadOnlySpan<double> reference, double[] means, double[] deviations, long count)
    {
        var columns = means.Length;
        var (sums, z) = (new double[columns, columns], new double[columns]);
        for (var at = 0; at < reference.Length; at += columns)
        {
            var row = reference.Slice(at, columns);
            if (!IsFinite(row)) continue;
            for (var c = 0; c < columns; c++) z[c] = (row[c] - means[c]) / deviations[c];
            for (var i = 0; i < columns; i++)
                for (var j = 0; j <= i; j++)
                    sums[i, j] += z[i] * z[j];
        }

        for (var i = 0; i < columns; i++)
            for (var j = 0; j <= i; j++)
                sums[j, i] = sums[i, j] /= count;
        return sums;
    }

    private static bool IsFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (!double.IsFinite(value)) return false;
        return true;
    }
}
