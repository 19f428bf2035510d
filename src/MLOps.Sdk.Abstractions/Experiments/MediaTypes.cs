namespace MLOps.Experiments;

/// <summary>What kind of bytes a path's extension promises.</summary>
internal static class MediaTypes
{
    private static readonly Dictionary<string, string> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = "text/plain", [".log"] = "text/plain", [".diff"] = "text/x-diff", [".md"] = "text/markdown", [".csv"] = "text/csv", [".tsv"] = "text/tab-separated-values", [".html"] = "text/html",
        [".json"] = "application/json", [".jsonl"] = "application/jsonl", [".xml"] = "application/xml", [".yaml"] = "application/yaml", [".yml"] = "application/yaml",
        [".svg"] = "image/svg+xml", [".png"] = "image/png", [".jpg"] = "image/jpeg", [".jpeg"] = "image/jpeg", [".gif"] = "image/gif", [".webp"] = "image/webp", [".pdf"] = "application/pdf",
        [".zip"] = "application/zip", [".gz"] = "application/gzip", [".parquet"] = "application/vnd.apache.parquet",
    };

    /// <summary>The media type; that of unknown bytes when the extension says nothing.</summary>
    public static string Of(string path) => s_known.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream");
}
