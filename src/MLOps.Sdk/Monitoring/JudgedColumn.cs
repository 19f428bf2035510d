namespace MLOps.Monitoring;

/// <summary>A column of a window with what the tests say of it, before the columns are judged together.</summary>
/// <param name="Profile">The column in the baseline.</param>
/// <param name="Sample">The column in the window.</param>
/// <param name="Results">What each test found.</param>
/// <param name="Description">What became of it, without a judgement.</param>
internal sealed record JudgedColumn(FeatureProfile Profile, FeatureSample Sample, DriftTestResult[] Results, FeatureDrift Description);
