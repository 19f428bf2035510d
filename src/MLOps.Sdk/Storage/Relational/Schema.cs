using System.Globalization;

namespace MLOps.Storage.Relational;

/// <summary>The tables of a store, and how older stores come to have them. The next format is one more entry in <see cref="Steps"/>.</summary>
/// <remarks>
/// <para><c>mlops_record</c> is narrow, so that filters and watches walk it fast; what only a hit needs stands in
/// <c>mlops_document</c>. Deleted records stay in <c>mlops_record</c> and keep counting versions.</para>
/// <para><c>mlops_field</c> is the index: one row for each field of each living record, keyed by small integers. Its primary
/// key answers "what is this field of this record", the two partial indexes "which records have such a value". The names in
/// <c>mlops_name</c> belong to one collection each, so that a field's rows are of that collection only.</para>
/// <para><c>mlops_shape</c> holds the sets of field names that records have (see <see cref="Shapes"/>), by which the records without a
/// field are found.</para>
/// </remarks>
internal sealed class Schema(IReadOnlyList<SchemaStep> steps)
{
    public static readonly IReadOnlyList<SchemaStep> Steps =
    [
        new(Format: 1, MinReader: 1, MinWriter: 1, d =>
        [
            $"create table mlops_collection (id {d.KeyColumn}, name {d.TextType} not null unique)",
            $"create table mlops_name (id {d.KeyColumn}, collection {d.IntegerType} not null, name {d.TextType} not null{(d.TextKey("name") is null ? ", unique (collection, name)" : string.Empty)})",
            $"create table mlops_record (id {d.KeyColumn}, collection {d.IntegerType} not null, name {d.TextType} not null, version {d.IntegerType} not null, position {d.IntegerType} not null, deleted {d.IntegerType} not null, unique (collection, name))",
            "create index mlops_record_position on mlops_record (position)",
            $"create table mlops_document (record {d.IntegerType} primary key, json {d.BytesType} not null, fields {d.BytesType})",
            $"create table mlops_field (record {d.IntegerType} not null, name {d.IntegerType} not null, number {d.NumberType}, text {d.TextType}, primary key (record, name)){d.KeyedTable}",
            "create index mlops_field_number on mlops_field (name, number, record) where number is not null",
            $"create index mlops_field_text on mlops_field (name, {d.TextKey("text") ?? "text"}, record) where text is not null",
            $"create table mlops_stream (id {d.KeyColumn}, name {d.TextType} not null unique, first {d.IntegerType} not null, next {d.IntegerType} not null)",
            $"create table mlops_block (stream {d.IntegerType} not null, position {d.IntegerType} not null, bytes {d.BytesType} not null, primary key (stream, position))",
            // Where names may be too long for an index, the lock on records keeps them from coming twice.
            .. d.TextKey("name") is { } key ? (string[])[$"create index mlops_name_name on mlops_name (collection, {key})"] : [],
            .. d.OwnTables,
        ]),
        // A program of format 1 would give a record other fields and leave its shape.
        new(Format: 2, MinReader: 1, MinWriter: 2, d =>
        [
            $"create table mlops_shape (id {d.KeyColumn}, collection {d.IntegerType} not null, names {d.TextType} not null, unique (collection, names))",
            $"alter table mlops_record add column shape {d.IntegerType} not null default 0",
            "create index mlops_record_shape on mlops_record (collection, shape, name) where deleted = 0",
        ]),
    ];

    private long Format => steps[^1].Format;

    /// <summary>Creates or upgrades the tables when that is due.</summary>
    /// <exception cref="MLOpsInvalidException">The store was written by a newer version that this one cannot read.</exception>
    public async ValueTask OpenAsync(Session session, CancellationToken cancellationToken)
    {
        var dialect = session.Dialect;
        if (await FormatAsync(session, cancellationToken).ConfigureAwait(false) >= Format) return;
        await dialect.BeginWriteAsync(session.Connection, cancellationToken).ConfigureAwait(false);
        if (dialect.BeginWrite is { } begin) await session.PostAsync(begin, [], null, cancellationToken).ConfigureAwait(false);
        if (dialect.Lock(WriteLock.Schema) is { } take) await session.ReadAsync(take, [], _ => false, cancellationToken).ConfigureAwait(false);
        // Another process may have been faster.
        var format = await FormatAsync(session, cancellationToken).ConfigureAwait(false);
        if (format < 0)
        {
            foreach (var statement in dialect.OwnPlace) await session.ExecuteAsync(statement, [], cancellationToken).ConfigureAwait(false);
            await session.ExecuteAsync($"create table mlops_meta (name {dialect.TextType} primary key, value {dialect.IntegerType} not null)", [], cancellationToken).ConfigureAwait(false);
            await SetAsync(session, "position", 0, cancellationToken).ConfigureAwait(false);
        }

        foreach (var step in steps.Where(s => s.Format > format))
        {
            foreach (var statement in step.Statements(dialect)) await session.ExecuteAsync(statement, [], cancellationToken).ConfigureAwait(false);
            await SetAsync(session, "format", step.Format, cancellationToken).ConfigureAwait(false);
            await SetAsync(session, "minReader", step.MinReader, cancellationToken).ConfigureAwait(false);
            await SetAsync(session, "minWriter", step.MinWriter, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        await session.ExecuteAsync("commit", [], CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Asked in each write transaction, with its first reads, because a newer program may upgrade the store while this one runs.</summary>
    /// <exception cref="MLOpsInvalidException">Thrown by those reads: the store must not be written by this version any more.</exception>
    public ValueTask RequireWriterAsync(Session session, CancellationToken cancellationToken) =>
        session.PostAsync("select value from mlops_meta where name = 'minWriter'", [], row => row.GetInt64(0) > Format
            ? throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The store was upgraded by a newer version of MLOps.Sdk: writing it needs format {row.GetInt64(0)}, this version writes format {Format}. Reading still works. Update MLOps.Sdk here to write."))
            : false, cancellationToken);

    private static ValueTask SetAsync(Session session, string name, long value, CancellationToken cancellationToken) =>
        session.ExecuteAsync("insert into mlops_meta (name, value) values (@p0, @p1) on conflict (name) do update set value = excluded.value", [name, value], cancellationToken);

    private async ValueTask<long> FormatAsync(Session session, CancellationToken cancellationToken)
    {
        if (await session.IntegerAsync(session.Dialect.CountTables, ["mlops_meta"], cancellationToken).ConfigureAwait(false) is 0 or null) return -1;
        long format = 0, minReader = 0;
        await session.ReadAsync("select name, value from mlops_meta", [], row =>
        {
            if (row.GetString(0) == "format") format = row.GetInt64(1);
            if (row.GetString(0) == "minReader") minReader = row.GetInt64(1);
            return true;
        }, cancellationToken).ConfigureAwait(false);
        return minReader <= Format
            ? format
            : throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The store was written by a newer version of MLOps.Sdk: reading it needs format {minReader}, this version reads up to format {Format}. Update MLOps.Sdk here, or open a copy made before the upgrade."));
    }
}
