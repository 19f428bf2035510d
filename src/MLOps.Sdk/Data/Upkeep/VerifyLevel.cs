namespace MLOps.Data;

/// <summary>How thoroughly to verify.</summary>
public enum VerifyLevel
{
    /// <summary>Every tree and list is read, and every part that they name must be there in full. No data is read.</summary>
    Structure,

    /// <summary>The structure, and a random part of the data.</summary>
    Sample,

    /// <summary>The structure, and every byte of the store.</summary>
    Full,
}
