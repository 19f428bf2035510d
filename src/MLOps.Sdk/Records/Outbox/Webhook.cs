namespace MLOps.Records;

/// <summary>A declared webhook.</summary>
internal sealed record Webhook
{
    public Webhook(string name, Uri url, WebhookOptions options)
    {
        (Name, Url, Options) = (MLOps.Name.Require(name, "webhook name"), url, options);
        options.Require(name);
        if (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http")) throw Broken("it must be an absolute https address");
        if (url.UserInfo.Length > 0) throw Broken("it holds a user or a password, which would stand in configuration and logs; sign with WebhookOptions.Secret instead");
        if (url.Scheme == "http" && !url.IsLoopback && !options.AllowHttp) throw Broken("plain HTTP to another machine is not allowed unless WebhookOptions.AllowHttp says so");

        MLOpsInvalidException Broken(string problem) => new($"The address of the webhook '{name}' is not valid: {problem}.");
    }

    public string Name { get; }

    public Uri Url { get; }

    public WebhookOptions Options { get; }

    /// <summary>How long its lease lives: longer than a few requests, so that a slow receiver costs no holder its lease.</summary>
    public TimeSpan TimeToLive => Options.Timeout * 6 > TimeSpan.FromSeconds(30) ? Options.Timeout * 6 : TimeSpan.FromSeconds(30);
}
