using MLOps.Data;
using MLOps.Experiments;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Registers this room's defaults.</summary>
internal static class ModelsRoom
{
    public static void Register(MLOpsBuilder builder)
    {
        // The built-in formats enter by the door of the others, and with the rules once, however often the room is registered.
        if (!builder.Services.Any(d => d.ServiceType == typeof(ModelFormats) && Equals(d.ServiceKey, builder.Key)))
            builder
                .Add<IModelFormat>(s => new JsonModelFormat(s.All<JsonModelType>()))
                .Add<IModelFormat>(s => new FolderModelFormat(s.All<FolderModelLoader>()))
                .Add<CommitRule>(s => new AliasRule(s.Time))
                .Add<CommitRule>(_ => new PolicyRule())
                .Add<CommitRule>(_ => new ApprovalRule())
                .Add<CommitRule>(_ => new VerdictRule())
                .Add<CommitRule>(_ => new VersionRule());

        builder
            .TryUse(s => new ModelFormats(s.All<IModelFormat>()))
            .TryUse<IModelRegistry>(s => new ModelRegistry(s.Get<RecordWriter>(), s.Get<ContentStore>(), s.Get<ModelFormats>()))
            .TryUse(s => new ModelComments(s.Get<RecordWriter>(), s.Get<IModelRegistry>()))
            .TryUse(s => new ModelRetention(s.Get<RecordWriter>(), s.Get<IModelRegistry>()))
            .TryUse(s => new AliasProtection(s.Get<RecordWriter>(), s.Get<IModelRegistry>()))
            .TryUse(s => new ModelArchives(s.Get<RecordWriter>(), s.Get<IBlobStore>(), s.Get<ContentStore>(), imports => new ModelExport(
                s.Get<IModelRegistry>(), s.Get<Lineage>(), s.Get<IExperimentTracker>(), s.Get<IDatasetStore>(), s.Get<ContentStore>(), imports)));
    }
}
