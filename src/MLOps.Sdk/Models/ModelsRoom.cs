using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Registers this room's defaults.</summary>
internal static class ModelsRoom
{
    public static void Register(MLOpsBuilder builder)
    {
        // The built-in formats enter by the door of the others, once however often the room is registered.
        if (!builder.Services.Any(d => d.ServiceType == typeof(ModelFormats) && Equals(d.ServiceKey, builder.Key)))
            builder
                .Add<IModelFormat>(s => new JsonModelFormat(s.All<JsonModelType>()))
                .Add<IModelFormat>(s => new FolderModelFormat(s.All<FolderModelLoader>()));

        builder
            .TryUse(s => new ModelFormats(s.All<IModelFormat>()))
            .TryUse<IModelRegistry>(s => new ModelRegistry(s.Get<RecordWriter>(), s.Get<ContentStore>(), s.Get<ModelFormats>()));
    }
}
