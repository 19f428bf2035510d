using MLOps.Data.Trees;

namespace MLOps.Data.Restore;

/// <summary>A file of a version, and where it goes.</summary>
readonly record struct RestoreTarget(TreeEntry Entry, string Local);
