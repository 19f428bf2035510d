namespace MLOps.Records;

/// <summary>The events that this library tells of. New ones may come at any time; none changes its meaning.</summary>
public static class ModelEventType
{
    /// <summary>A version was registered. Data: <c>number</c>, <c>digest</c>.</summary>
    public const string VersionRegistered = "version.registered";

    /// <summary>A version went to another stage. Data: <c>number</c>, <c>stage</c>, <c>previous</c> where there was one, <c>reason</c>.</summary>
    public const string StageMoved = "stage.moved";

    /// <summary>A version was deleted. Data: <c>number</c>, <c>digest</c>, <c>reason</c>.</summary>
    public const string VersionDeleted = "version.deleted";

    /// <summary>The policy of an alias was set, changed or removed. Data: <c>alias</c>, <c>revision</c> (0: removed), <c>reason</c>.</summary>
    public const string PolicyChanged = "policy.changed";

    /// <summary>Somebody approved that an alias may point to a version. Data: <c>alias</c>, <c>number</c>, <c>digest</c>, <c>by</c>, <c>reason</c>.</summary>
    public const string ApprovalGiven = "approval.given";

    /// <summary>An approval was revoked. Data: <c>alias</c>, <c>number</c>, <c>digest</c>, <c>by</c> (whose it was), <c>reason</c>.</summary>
    public const string ApprovalRevoked = "approval.revoked";

    /// <summary>An alias was moved or removed, which is what a deployment and a rollback do. Data: <c>alias</c>, <c>number</c> (0: removed), <c>previous</c> (0: none), <c>reason</c>.</summary>
    public const string AliasMoved = "alias.moved";

    /// <summary>A gate judged a version. Data: <c>gate</c>, <c>number</c>, <c>outcome</c>, <c>message</c>.</summary>
    public const string VerdictAdded = "verdict.added";

    /// <summary>A deployment changed its state. Data: <c>deployment</c>, <c>number</c>, <c>state</c>, <c>step</c>, <c>reason</c>.</summary>
    public const string DeploymentChanged = "deployment.changed";

    /// <summary>A monitor reported. Data: <c>number</c>, <c>verdict</c>, <c>summary</c>.</summary>
    public const string ReportCreated = "report.created";

    /// <summary>An alert opened. Data: <c>alert</c> (its id), <c>kind</c>, <c>number</c>, <c>since</c>, <c>title</c>, <c>text</c>.</summary>
    public const string AlertOpened = "alert.opened";

    /// <summary>An alert no longer holds. Data: <c>alert</c>, <c>kind</c>, <c>number</c>, <c>title</c>.</summary>
    public const string AlertResolved = "alert.resolved";

    /// <summary>A retraining ended. Data: <c>result</c>, <c>reason</c>, <c>number</c> of the new version where there is one.</summary>
    public const string RetrainingFinished = "retraining.finished";
}
