namespace MLOps.Serving;

/// <summary>That there is room for the answers of a batch.</summary>
internal static class RowRoom
{
    /// <exception cref="MLOpsInvalidException">There is not.</exception>
    public static void Require(int inputs, int outputs)
    {
        if (outputs < inputs) throw new MLOpsInvalidException($"There are {inputs} inputs but room for {outputs} predictions only. Give as much room as there are inputs.");
    }
}
