using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Data.Upkeep;
using MLOps.Delivery;
using MLOps.Experiments;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Pipelines;
using MLOps.Predictions;
using MLOps.Records;
using MLOps.Serving;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Tests.Records;

/// <summary>What another release wrote may lack members: each stored document is read without each of its members.</summary>
public sealed class StrippedDocumentTests
{
    private const string Text = "t";
    private static readonly DateTimeOffset s_at = DateTimeOffset.UnixEpoch;
    private static readonly Digest s_digest = Digest.Of("x");
    private static readonly MemoryRecordStore s_store = new();
    private static readonly RecordWriter s_writer = new(s_store, new EnvironmentActor(), TimeProvider.System);

    private static readonly Dictionary<string, string> s_texts = new() { ["k"] = "v" };
    private static readonly Dictionary<string, double> s_numbers = new() { ["k"] = 1 };

    private static readonly Retraining s_retraining = new()
    {
        Id = Text, Model = Text, ReportId = Text, ChampionNumber = 1, CandidateNumber = 2, Result = RetrainingResult.Promoted, Reason = Text, StartedAt = s_at, FinishedAt = s_at,
    };

    private static readonly FeatureProfile s_profile = new() { Name = Text, Kind = FeatureKind.Number, Edges = [1], Counts = [1, 2], Categories = ["a"], Sample = [1], NullDistances = new Dictionary<string, IReadOnlyList<double>> { ["k"] = [1] }, NullPValues = [1] };

    /// <summary>Every type of document, each with all of its members.</summary>
    private static IEnumerable<StoredDocument> Documents()
    {
        yield return Of(new RunRecords(s_store).Experiments, new Experiment { Name = Text, CreatedAt = s_at });
        yield return Of(new RunRecords(s_store).Runs, new Run
        {
            Id = Text, Experiment = Text, Name = Text, StatusReason = Text, ParentId = Text, Actor = Text, StartedAt = s_at, EndedAt = s_at, Params = s_texts, Tags = s_texts,
            Metrics = new Dictionary<string, MetricSummary> { ["k"] = new() }, Artifacts = [new(Text, 1, s_digest)], Inputs = [new(Text, Text, Text)],
            Note = Text, Comments = [new(Text, Text, s_at)], Hold = new(Text, Text, s_at), ForkedFrom = new(Text, 1), Environment = new() { Commit = Text }, Cost = new(1, 1) { Price = 1 }, DeletedAt = s_at, LeaseName = Text,
        });
        yield return Of(new RecordCollection<RunLogLine>(s_store, Collections.Runs, ExperimentsJson.Default.RunLogLine, l => l.Message), new RunLogLine(s_at, Text, Text, Text));
        yield return Of(new ProcessLeases(s_writer, new LeaseOptions()).Records, new ProcessLease(Text, ProcessMark.Here, Text, 1, s_at, 1));
        var datasets = new DatasetRecords(s_store);
        yield return Of(datasets.Datasets, new DatasetDocument { Name = Text, CreatedAt = s_at });
        yield return Of(datasets.Refs, new DatasetRefDocument { Dataset = Text, Ref = Text, Version = Text, UpdatedAt = s_at });
        yield return Of(datasets.Versions, new DatasetVersion
        {
            Id = Text, Dataset = Text, Tree = s_digest, Parents = [Text], Message = Text, Author = Text, CreatedAt = s_at, Inputs = [EntityRef.Run(Text)], Metadata = s_texts,
        });
        yield return Of(datasets.Epochs, new CollectionDocument { Condemned = [Text], At = s_at });
        yield return Of(datasets.Suspects, new SuspectsDocument { Packs = new Dictionary<string, DateTimeOffset> { ["k"] = s_at } });
        var models = new ModelRecords(s_store);
        yield return Of(models.Models, new Model
        {
            Name = Text, LatestNumber = 1, CreatedAt = s_at, Description = Text, Tags = s_texts,
            Stages = new() { First = [Text], Next = new Dictionary<string, IReadOnlyList<string>> { ["k"] = [Text] } },
        });
        yield return Of(models.Deleted, new DeletedVersion { Model = Text, Number = 1, Digest = s_digest, By = Text, At = s_at, Reason = Text });
        yield return Of(models.Comments, new ModelComment { Id = Text, Model = Text, Number = 1, Text = Text, By = Text, At = s_at });
        yield return Of(models.Aliases, new ModelAlias { Model = Text, Alias = Text, Number = 1, Revision = 1, MovedBy = Text, MovedAt = s_at, Reason = Text });
        yield return Of(models.Verdicts, new GateVerdict
        {
            Id = Text, Gate = Text, Model = Text, Number = 1, Digest = s_digest, ChampionNumber = 1, Outcome = GateOutcome.Passed, Message = Text, Evidence = s_numbers, Actor = Text, At = s_at,
        });
        yield return Of(models.Policies, new AliasPolicy
        {
            Model = Text, Alias = Text, Gates = [new(Text, TimeSpan.FromDays(1))], Approvals = 1, Approvers = [Text], AuthorMayApprove = true, Owners = [Text], MayOverride = [Text], Revision = 1, SetBy = Text, SetAt = s_at,
        });
        yield return Of(models.Approvals, new Approval
        {
            Model = Text, Alias = Text, Number = 1, Digest = s_digest, By = Text, At = s_at, Reason = Text, RevokedAt = s_at, RevokedBy = Text, RevokedReason = Text,
        });
        yield return Of(models.Versions, new ModelVersion
        {
            Model = Text, Number = 1, Digest = s_digest, Format = Text, Facts = s_texts, Files = [new(Text, 1, s_digest)], Signature = new([new(Text, Text, [1])], [new(Text, Text, [1])]) { Examples = [new(Text, Text)] },
            RunId = Text, DatasetVersions = [Text], Metrics = s_numbers, Tags = s_texts, Description = Text, Stage = Text, LegalHold = Text, Attachments = [new(Text, 1, s_digest)], CreatedBy = Text, CreatedAt = s_at,
        });
        yield return Of(new Generations(s_writer).Records, new ServedGeneration
        {
            Id = Text, Model = Text, Number = 1, Digest = s_digest, Alias = Text, Actor = Text, Host = Text, LoadedAt = s_at,
        });
        var routes = new RouteRecords(s_writer, new ProcessLeases(s_writer, new LeaseOptions()));
        yield return Of(routes.Routes, new Route
        {
            Model = Text, Alias = Text, Revision = 1, DeploymentId = Text, Salt = Text, Arms = [new(Text, 1, Route.Whole)], Shadow = new(Text, 1, 1, 1),
            Rules = [new(RouteRuleKind.Header, Text, Text, Text)], Limits = new() { SlowAfter = TimeSpan.FromSeconds(1) }, UpdatedAt = s_at,
        });
        yield return Of(routes.Observed, new ObservedRoute
        {
            Model = Text, Alias = Text, Instance = Text, Host = Text, Revision = 1, Number = 1, Problem = Text, Tripped = [new(Text, Text, s_at)], SeenAt = s_at,
        });
        yield return Of(routes.Counts, new ArmCounts
        {
            Model = Text, Alias = Text, Instance = Text, Revision = 1, DeploymentId = Text, Arms = [new() { Arm = Text, Number = 1, Latency = [1] }], UpdatedAt = s_at,
        });
        var deployments = new DeploymentRecords(s_store);
        var deployment = new Deployment
        {
            Id = Text, Spec = new() { Model = Text, Number = 1, Alias = Text, Gates = [Text], Reason = Text }, Digest = s_digest, ChampionNumber = 1, State = DeploymentState.Paused, Step = 1, Epoch = 1, Since = s_at,
            RouteRevision = 1, Exposures = [new(1, 1, false)], Gates = [Text], PausedFrom = DeploymentState.Canary, Reason = Text, CreatedBy = Text, CreatedAt = s_at,
        };
        yield return Of(deployments.Deployments, deployment);
        yield return Of(deployments.Transitions, new DeploymentTransition
        {
            Id = Text, Epoch = 1, Before = deployment, To = DeploymentState.Canary, Reason = Text, Actor = Text, At = s_at, Guards = [new(new(GuardKind.Errors, 1), 1, 1, 1, true, true, Text)],
            Evidence = new()
            {
                Gates = new Dictionary<string, GateOutcome?> { ["k"] = GateOutcome.Passed }, Missing = [Text], Servers = [new(Text, 1, Text, Text)], Exposures = [new(new(1, 1, false), new(), new())],
            },
        });
        yield return Of(deployments.Slots, new DeploymentSlot(Text, Text, Text, s_at));
        yield return Of(MonitorReports.Of(s_store), new MonitorReport
        {
            Id = Text, Model = Text, Number = 1, From = s_at, To = s_at, Verdict = MonitorVerdict.Ok, Summary = Text, Quality = s_numbers, BaselineQuality = s_numbers, CreatedAt = s_at,
            Features = [new() { Name = Text, Kind = FeatureKind.Number, Tests = [new(Text, 1, 1, 1)], Explanation = Text, Counts = [1], Moved = [new(Text, 1, 1)] }],
            Together = [new(Text, 1, 1, 1)], QualityRanges = new Dictionary<string, QualityRange> { ["k"] = new(1, 1, 1) }, LabelSelection = new(Text, 1, 1, 1),
            Estimate = new() { Method = Text, Metrics = new Dictionary<string, QualityRange> { ["k"] = new(1, 1, 1) }, TrackRecord = [new(s_at, Text, 1, 1, 1)] }, Concept = [new(Text, s_at, 1)],
            Segments = [new(Text, 1, Text, 1, 1, Text)], Fairness = [new(Text, Text, new(1, 1, 1), 1, 1, true, [Text])], Gaps = [Text],
        });
        yield return Of(MonitorAlerts.Of(s_store), new MonitorAlert
        {
            Id = Text, Model = Text, Number = 1, Kind = AlertKind.Drift, State = AlertState.Open, Since = s_at, OpenedAt = s_at, ResolvedAt = s_at, JudgedTo = s_at, Title = Text, Text = Text,
            Features = [Text], Links = [EntityRef.Run(Text)], Seen = [true], AcknowledgedBy = Text, AcknowledgedAt = s_at, Note = Text,
        });
        yield return Of(PredictionUpkeep.In(s_store), new PredictionErased(Text, Text, Text, 1, 1, Text, Text, s_at));
        yield return Of(MonitorAlerts.Silences(s_store), new AlertSilence(Text, s_at, Text, Text));
        yield return Of(new RetrainingStates(s_writer).Records, new RetrainingState
        {
            Model = Text, Running = new(Text, Text, s_at, 1, s_at, s_at, 2), AnsweredReportId = Text, AnsweredReportAt = s_at, AttemptedReportId = Text, FinishedAt = s_at,
            Started = [s_at], History = [s_retraining],
        });
        yield return Of(LineageEdge.In(s_store), new LineageEdge(EntityRef.Run(Text), EntityRef.Run(Text), Text, s_at));
        yield return Of(ModelCards.In(s_store), new ModelCard
        {
            Model = Text, Number = 1, Digest = s_digest, Revision = 1, Files = [new(Text, 1, s_digest)], CreatedBy = Text, CreatedAt = s_at,
            Notes = new() { IntendedUse = Text, OutOfScope = Text, Limits = Text, Ethics = Text, Owner = Text, Licence = Text },
        });
        yield return new(typeof(Evaluation), JsonSerializer.SerializeToNode(
            new Evaluation { Rows = 1, Confidence = 0.95, Metrics = [new(Text, Text, 1, 1, 1, 1)] }, DeliveryJson.Default.Evaluation)!, ReadEvaluationAsync);
        var import = new ModelImport
        {
            Model = Text, Number = 1, Digest = s_digest, Origin = s_digest, OriginModel = Text, OriginNumber = 1, OriginCreatedBy = Text, OriginCreatedAt = s_at,
            History = new(Text, 1, s_digest), ImportedBy = Text, ImportedAt = s_at,
        };
        yield return Of(new ModelImports(s_store).Records, import);
        var told = new ModelEvent { Id = Text, Type = Text, Model = Text, Subject = EntityRef.Run(Text), At = s_at, Actor = Text, Data = s_texts };
        yield return Of(Outbox.In(s_store), told);
        yield return Of(WebhookDeliveries.In(s_store), new WebhookDelivery { Id = Text, Webhook = Text, Event = told, Tries = 1, Refusals = 1, LastError = Text, LastTriedAt = s_at });
        yield return Of(new RecordCollection<WebhookCursor>(s_store, Collections.WebhookCursors, RecordsJson.Default.WebhookCursor, c => c.Webhook), new WebhookCursor(Text, 1));
        yield return Of(AuditHead.In(s_store), new AuditHead(1, s_digest));
        yield return new(typeof(Baseline), JsonSerializer.SerializeToNode(
            new Baseline
            {
                Features = [s_profile], Prediction = s_profile, Quality = s_numbers, Labels = [1], NullTogether = s_profile.NullDistances, Calibration = [new(1, 1)],
                Segments = [new(Text, Text, 1, s_numbers, new Dictionary<string, IReadOnlyList<long>> { ["k"] = [1] })],
            }, MonitoringJson.Default.Baseline)!, ReadBaselineAsync);
        yield return new(typeof(AuditCheckpoint), JsonSerializer.SerializeToNode(new AuditCheckpoint(1, s_digest, s_at, Text), RecordsJson.Default.AuditCheckpoint)!,
            json => ValueTask.FromResult<object>(JsonSerializer.Deserialize(json, RecordsJson.Default.AuditCheckpoint)!));
        yield return new(typeof(AuditEntry), JsonSerializer.SerializeToNode(
            new AuditEntry(1, default, s_at, Text, [new(Text, Text, s_digest, s_digest, JsonDocument.Parse("1").RootElement)], Text, [new(Text, Text, 1)]), RecordsJson.Default.AuditEntry)!,
            json => ValueTask.FromResult<object>(JsonSerializer.Deserialize(json, RecordsJson.Default.AuditEntry)!));
    }

    [TestCaseSource(nameof(Documents))]
    public async Task A_document_without_an_optional_member_is_read_with_nothing_null_and_one_without_a_required_member_is_refused(StoredDocument stored)
    {
        Assert.That(Nulls(await stored.ReadAsync(Encoding.UTF8.GetBytes(stored.Json.ToJsonString())), stored.Type.Name), Is.Empty, "whole");
        foreach (var (path, json) in Stripped(stored.Json))
        {
            object document;
            try
            {
                document = await stored.ReadAsync(Encoding.UTF8.GetBytes(json));
            }
            catch (Exception e) when (e.ToString().Contains("missing required properties", StringComparison.Ordinal) || e.Message.Contains("has format 0", StringComparison.Ordinal))
            {
                continue;
            }

            Assert.That(Nulls(document, stored.Type.Name), Is.Empty, $"without {path}");
        }
    }

    [Test]
    public void No_type_of_document_is_forgotten()
    {
        var written = typeof(MLOpsClient).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(JsonSerializerContext)))
            .SelectMany(t => t.CustomAttributes.Where(a => a.AttributeType == typeof(JsonSerializableAttribute)))
            .Select(a => (Type)a.ConstructorArguments[0].Value!);

        // A manifest is no record: it comes from outside, and ArchiveRules says what it must hold. Elements are rows of somebody's own files.
        Assert.That(Documents().Select(d => d.Type), Is.SupersetOf(written.Distinct().Except([typeof(ArchiveManifest), typeof(JsonElement)])));
    }

    private static StoredDocument Of<T>(RecordCollection<T> collection, T document) where T : class
    {
        var put = collection.Put(document, RecordOperation.Absent);
        return new(typeof(T), JsonNode.Parse(put.Json.Span)!, json => ValueTask.FromResult<object>(collection.Read(new Record(put.Key, 1, json, put.Fields)).Value));
    }

    private static async ValueTask<object> ReadEvaluationAsync(byte[] json)
    {
        await using var store = new StoreProcess(b => b.AddModelFormat(_ => new Serving.TrackedFormat()));
        var version = await store.Registry.RegisterAsync("m", 1, new RegisterOptions { Attachments = new Dictionary<string, ReadOnlyMemory<byte>> { [Evaluation.AttachmentName] = json } });
        return (await store.Registry.ReadEvaluationAsync(version))!;
    }

    private static async ValueTask<object> ReadBaselineAsync(byte[] json)
    {
        await using var store = new StoreProcess(b => b.AddModelFormat(_ => new Serving.TrackedFormat()));
        var version = await store.Registry.RegisterAsync("m", 1, new RegisterOptions { Attachments = new Dictionary<string, ReadOnlyMemory<byte>> { [Baseline.AttachmentName] = json } });
        return (await store.Registry.ReadBaselineAsync(version))!;
    }

    /// <summary>The document without one of its members, for each of them at any depth.</summary>
    private static IEnumerable<(string Path, string Json)> Stripped(JsonNode whole)
    {
        foreach (var path in Members(whole))
        {
            var copy = whole.DeepClone();
            var parent = path[..^1].Aggregate(copy, (node, step) => step is int index ? node[index]! : node[(string)step]!);
            parent.AsObject().Remove((string)path[^1]);
            yield return (string.Join('/', path), copy.ToJsonString());
        }
    }

    private static IEnumerable<object[]> Members(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Members(m.Value).Select(below => (object[])[m.Key, .. below]).Prepend([m.Key])),
        JsonArray items => items.SelectMany((item, i) => Members(item).Select(below => (object[])[i, .. below])),
        _ => [],
    };

    /// <summary>The properties that are null and say that they never are, at any depth.</summary>
    private static IEnumerable<string> Nulls(object value, string path)
    {
        if (value is IDictionary or IEnumerable && value is not string)
        {
            foreach (var item in (IEnumerable)value)
                if (item is not null)
                    foreach (var found in Nulls(item, $"{path}[]")) yield return found;
            yield break;
        }

        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0 && value.GetType().Namespace!.StartsWith("MLOps", StringComparison.Ordinal)))
        {
            if (property.PropertyType.Namespace!.StartsWith("System", StringComparison.Ordinal) && property.PropertyType.IsValueType) continue;
            if (value is Digest or EntityRef) continue;
            if (property.GetValue(value) is { } inner)
            {
                foreach (var found in Nulls(inner, $"{path}.{property.Name}")) yield return found;
            }
            else if (new NullabilityInfoContext().Create(property).ReadState is NullabilityState.NotNull)
            {
                yield return $"{path}.{property.Name}";
            }
        }
    }

    /// <summary>A document as it is stored, and how it is read.</summary>
    public sealed record StoredDocument(Type Type, JsonNode Json, Func<byte[], ValueTask<object>> ReadAsync)
    {
        public override string ToString() => Type.Name;
    }
}
