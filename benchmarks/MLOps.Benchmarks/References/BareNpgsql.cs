using Npgsql;
using NpgsqlTypes;

namespace MLOps.Benchmarks.References;

/// <summary>
/// What somebody writes who needs just this, and knows Npgsql: one connection, the statements of a commit prepared and sent in one
/// batch, blocks by binary COPY. The same rows and indexes as the store's, without expected versions, positions, watches or other
/// processes.
/// </summary>
internal sealed class BareNpgsql(NpgsqlConnection connection) : IAsyncDisposable
{
    private long _record;

    public static async Task<BareNpgsql> OpenAsync(NpgsqlDataSource source)
    {
        var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            """
            create table record (id bigint primary key, name text collate "C" not null unique, version bigint not null, position bigint not null);
            create index record_position on record (position);
            create table document (record bigint primary key, json bytea not null);
            create table field (record bigint not null, name bigint not null, number double precision, text text collate "C", primary key (record, name));
            create index field_number on field (name, number, record) where number is not null;
            create index field_text on field (name, text, record) where text is not null;
            create table block (stream bigint not null, position bigint not null, bytes bytea not null, primary key (stream, position));
            """, connection);
        await command.ExecuteNonQueryAsync();
        return new(connection);
    }

    public async Task CommitAsync(int position, IEnumerable<(string Id, byte[] Json, double[] Numbers, string[] Texts)> rows)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var (id, json, numbers, texts) in rows)
        {
            var record = ++_record;
            Add(batch, "insert into record (id, name, version, position) values ($1, $2, 1, $3)", record, id, (long)position);
            Add(batch, "insert into document (record, json) values ($1, $2)", record, json);
            for (var i = 0; i < numbers.Length; i++) Add(batch, "insert into field (record, name, number) values ($1, $2, $3)", record, (long)i, numbers[i]);
            for (var i = 0; i < texts.Length; i++) Add(batch, "insert into field (record, name, text) values ($1, $2, $3)", record, (long)(numbers.Length + i), texts[i]);
        }

        await batch.PrepareAsync();
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    public async Task AppendAsync(IEnumerable<(int Stream, int Position, byte[] Block)> blocks)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var copy = await connection.BeginBinaryImportAsync("copy block (stream, position, bytes) from stdin (format binary)"))
        {
            foreach (var (stream, position, block) in blocks)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync((long)stream, NpgsqlDbType.Bigint);
                await copy.WriteAsync((long)position, NpgsqlDbType.Bigint);
                await copy.WriteAsync(block, NpgsqlDbType.Bytea);
            }

            await copy.CompleteAsync();
        }

        await transaction.CommitAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
#pragma warning disable CA2100 // Constants of this file.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
