using Microsoft.Extensions.DependencyInjection;
using MLOps.Storage;

namespace MLOps.Cli;

/// <summary>
/// Where a store is, in one word: an embedded store's folder, or <c>RECORDS+BYTES</c>. Secrets never stand in it, because other users of a machine see
/// arguments: it names the environment variables that hold them.
/// </summary>
/// <remarks>
/// Records: <c>postgresql:VARIABLE[,schema=NAME]</c> or <c>sqlite:FILE</c>. Bytes: <c>s3:BUCKET[/PREFIX][,endpoint=URL][,region=NAME][,create]</c> (credentials as
/// every AWS program finds them), <c>azure:VARIABLE/CONTAINER[/PREFIX][,create]</c> or <c>folder:PATH</c>.
/// </remarks>
/// <param name="Text">The address as it was given; safe to show.</param>
/// <param name="Folder">The folder of an embedded store; null for others.</param>
/// <param name="Configure">Chooses the storage.</param>
internal sealed record StoreAddress(string Text, string? Folder, Action<MLOpsBuilder> Configure)
{
    private static readonly string[] s_bytes = ["+s3:", "+azure:", "+folder:"];

    /// <summary>Whether a text is more than a folder.</summary>
    public static bool IsRemote(string text) => text.StartsWith("postgresql:", StringComparison.Ordinal) || text.StartsWith("sqlite:", StringComparison.Ordinal);

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="directory">What relative paths are relative to.</param>
    /// <param name="environment">Gives environment variables.</param>
    /// <exception cref="MLOpsInvalidException">It is none, or a variable that it names is not set.</exception>
    public static StoreAddress Parse(string text, string directory, Func<string, string?> environment)
    {
        if (!IsRemote(text))
        {
            if (text.Contains("://", StringComparison.Ordinal) || text.Contains("Password=", StringComparison.OrdinalIgnoreCase))
                throw new MLOpsInvalidException("That is no store's address, and may hold a secret, which others can see in a command's arguments. Put a connection string into an environment variable and give its name: postgresql:VARIABLE+s3:bucket.");
            var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(text, directory));
            return new(folder, folder, _ => { });
        }

        var split = s_bytes.Select(scheme => text.IndexOf(scheme, StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(-1).Min();
        if (split < 0) throw Broken(text, "it does not say where the bytes are: add +s3:bucket, +azure:VARIABLE/container or +folder:path");
        var (records, bytes) = (Part.Of(text[..split]), Part.Of(text[(split + 1)..]));
        var chosen = records.Scheme == "sqlite" ? Sqlite(records, directory) : PostgreSql(text, records, environment);
        var stored = bytes.Scheme switch
        {
            "s3" => S3(text, bytes),
            "azure" => Azure(text, bytes, environment),
            _ => o => o.UseFolder(Path.GetFullPath(bytes.Place, directory)),
        };
        return new(text, null, o =>
        {
            chosen(o);
            stored(o);
        });
    }

    /// <summary>Opens the store.</summary>
    /// <param name="configure">What else to set up; null for nothing.</param>
    /// <param name="time">The clock.</param>
    public MLOpsClient Open(Action<MLOpsBuilder>? configure, TimeProvider? time) => MLOpsClient.Create(Folder ?? ".mlops", o =>
    {
        Configure(o);
        configure?.Invoke(o);
    }, time);

    private static Action<MLOpsBuilder> Sqlite(Part part, string directory) => o => o.UseSqlite(Path.GetFullPath(part.Place, directory));

    private static Action<MLOpsBuilder> PostgreSql(string text, Part part, Func<string, string?> environment)
    {
        part.Require(text, "schema");
        var connection = Secret(text, part.Place, environment);
        var options = part.Options.TryGetValue("schema", out var schema) ? new PostgreSqlOptions { Schema = schema } : new();
        return o => o.UsePostgreSql(connection, options);
    }

    private static Action<MLOpsBuilder> S3(string text, Part part)
    {
        part.Require(text, "endpoint", "region", "create");
        var (bucket, prefix) = Two(part.Place);
        Uri? endpoint = null;
        if (part.Options.TryGetValue("endpoint", out var address) && !Uri.TryCreate(address, UriKind.Absolute, out endpoint)) throw Broken(text, "its endpoint is no address such as https://minio.example:9000");
        var options = new AmazonS3Options { Endpoint = endpoint, Region = part.Options.GetValueOrDefault("region"), CreateIfMissing = part.Options.ContainsKey("create") };
        return o => o.UseAmazonS3(bucket, prefix, options);
    }

    private static Action<MLOpsBuilder> Azure(string text, Part part, Func<string, string?> environment)
    {
        part.Require(text, "create");
        var (variable, path) = Two(part.Place);
        var (container, prefix) = Two(path);
        var secret = Secret(text, variable, environment);
        var options = new AzureBlobsOptions { CreateIfMissing = part.Options.ContainsKey("create") };
        // An account's address with a signature in its query, or a connection string.
        options = Uri.TryCreate(secret, UriKind.Absolute, out var account) && account.Scheme is "https" or "http" ? options with { ServiceUri = account } : options with { ConnectionString = secret };
        return o => o.UseAzureBlobs(container, prefix, options);
    }

    private static string Secret(string text, string variable, Func<string, string?> environment)
    {
        if (variable.Length == 0 || !variable.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new MLOpsInvalidException("A store's address names the environment variable that holds a connection string, never the string itself: others can see a command's arguments. Say postgresql:VARIABLE or azure:VARIABLE/container.");
        return environment(variable) is { Length: > 0 } value ? value : throw Broken(text, $"the environment variable {variable}, which should hold a connection string, is not set");
    }

    private static (string First, string Tail) Two(string place) => place.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? (place[..at], place[(at + 1)..]) : (place, "");

    private static MLOpsInvalidException Broken(string text, string problem) =>
        new($"'{Name.Shown(text)}' is no store's address: {problem}. It is a folder, or for example postgresql:VARIABLE+s3:bucket/prefix, where VARIABLE is an environment variable with the connection string.");

    /// <summary><c>scheme:place,name=value,name</c>.</summary>
    private sealed record Part(string Scheme, string Place, IReadOnlyDictionary<string, string> Options)
    {
        public static Part Of(string text)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var (scheme, words) = (text[..colon], text[(colon + 1)..]);
            if (scheme is "sqlite" or "folder") return new(scheme, words, new Dictionary<string, string>());
            var parts = words.Split(',');
            var options = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var option in parts.Skip(1))
            {
                var at = option.IndexOf('=', StringComparison.Ordinal);
                options[at < 0 ? option : option[..at]] = at < 0 ? "" : option[(at + 1)..];
            }

            return new(scheme, parts[0], options);
        }

        public void Require(string text, params string[] known)
        {
            // The option itself is not repeated: somebody may have thought that a password goes there.
            if (Options.Keys.Except(known).Any()) throw new MLOpsInvalidException($"The part {Scheme}: of a store's address takes {string.Join(", ", known)} and nothing else.");
            if (Place.Length == 0) throw Broken(text, $"nothing stands behind {Scheme}:");
        }
    }
}
