namespace MLOps.Pipelines;

/// <summary>A model and how it is retrained, checked.</summary>
internal sealed class RetrainingDeclaration
{
    public RetrainingDeclaration(string model, RetrainingOptions options)
    {
        Model = Name.Require(model, "model name");
        Options = options;
        Name.Require(options.Alias, "alias");
        if (options.Train is null) throw Broken(nameof(options.Train), "must be set: it trains and registers the new version");
        if (options.When is null) throw Broken(nameof(options.When), "must not be null");
        if (options.Cooldown < TimeSpan.Zero) throw Broken(nameof(options.Cooldown), "must be at least 0");
        if (options.MaximumPerWeek < 1) throw Broken(nameof(options.MaximumPerWeek), "must be at least 1");
        if (options.MaximumAttempts < 1) throw Broken(nameof(options.MaximumAttempts), "must be at least 1");
        if (options.TimeLimit <= TimeSpan.Zero || options.TimeLimit > TimeSpan.FromDays(40)) throw Broken(nameof(options.TimeLimit), "must be above 0 and at most 40 days");
    }

    public string Model { get; }

    public RetrainingOptions Options { get; }

    private MLOpsInvalidException Broken(string option, string rule) => new($"{nameof(RetrainingOptions)}.{option} of the model '{Name.Shown(Model)}' {rule}.");
}
