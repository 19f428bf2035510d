using MLOps.Records;

namespace MLOps.Cli.Documents;

internal sealed record ExportDocument(string Model, string File, long Length, string Digest) : Document;

internal sealed record ImportDocument(IReadOnlyList<ImportItem> Imports) : Document;

internal sealed record ImportItem(
    string Model, int Number, string Digest, string OriginModel, int OriginNumber, string OriginCreatedBy, DateTimeOffset OriginCreatedAt, DateTimeOffset ImportedAt);

internal sealed record CardDocument(
    string Model, int Number, int Revision, string Digest, IReadOnlyList<FileItem> Files, string CreatedBy, DateTimeOffset CreatedAt, string? Markdown) : Document;

internal sealed record ImpactDocument(string Entity, IReadOnlyList<string> Versions, IReadOnlyList<ImpactItem> Deployments, bool Cut) : Document;

internal sealed record ImpactItem(string Deployment, string Model, int Number, string Alias, DateTimeOffset MovedAt, string MovedBy, bool IsCurrent);

internal sealed record OutboxDocument(IReadOnlyList<DeliveryItem> Deliveries) : Document;

internal sealed record DeliveryItem(string Id, string Webhook, string Event, string Type, string Model, string Subject, int Tries, int Refusals, bool IsParked, string? LastError, DateTimeOffset? LastTriedAt)
{
    public static DeliveryItem Of(WebhookDelivery delivery) => new(
        delivery.Id, delivery.Webhook, delivery.Event.Id, delivery.Event.Type, delivery.Event.Model, $"{delivery.Event.Subject}", delivery.Tries, delivery.Refusals, delivery.IsParked, delivery.LastError, delivery.LastTriedAt);
}
