using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace MLOps.Benchmarks.References;

/// <summary>Reads the documents of a collection in order of their ids straight from the tables, and hashes each: nothing is compared, followed or reported.</summary>
internal sealed class BareHashes(string file)
{
    public long Run(string collection)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            select d.json from mlops_record r cross join mlops_document d
            where r.collection = (select id from mlops_collection where name = @name) and d.record = r.id
            order by r.name
            """;
        command.Parameters.AddWithValue("@name", collection);
        using var rows = command.ExecuteReader();
        Span<byte> hash = stackalloc byte[32];
        var sum = 0L;
        while (rows.Read())
        {
            SHA256.HashData((byte[])rows.GetValue(0), hash);
            sum += hash[0];
        }

        return sum;
    }
}
