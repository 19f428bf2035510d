using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Data;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops data commit</c>: a folder becomes a version.</summary>
internal static class DataCommitCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var dataset = new Argument<string>("dataset") { Description = "The dataset's name; created with its first version." };
        var folder = new Argument<string>("folder") { Description = "The folder whose files are the version." };
        var branch = new Option<string>("--branch", "-b") { Description = "The branch to commit to.", HelpName = "branch", DefaultValueFactory = _ => "main" };
        var message = DatasetOptions.Message();
        var expect = new Option<string?>("--expect") { Description = "The version's id that the branch must be at now; otherwise nothing is committed.", HelpName = "id" };
        var input = new Option<string[]>("--input") { Description = "What the data was derived from: a version of a dataset, or run:ID; may be repeated.", HelpName = "id" };
        var origin = new Option<string?>("--origin") { Description = "Where the data came from: a URL, a table, an instrument. No secret belongs here.", HelpName = "text" };
        var query = new Option<string?>("--query") { Description = "What was asked of the origin.", HelpName = "text" };
        var licence = new Option<string?>("--licence") { Description = "Under which terms it may be used.", HelpName = "text" };
        var retrieved = new Option<DateTimeOffset?>("--retrieved") { Description = "When it was fetched from the origin.", HelpName = "time", CustomParser = r => DateTimeOffset.TryParse(r.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : Fail(r) };
        var code = new Option<string?>("--code") { Description = "The version of the code that made it.", HelpName = "text" };
        var metadata = new Option<string[]>("--metadata") { Description = "A free fact; may be repeated.", HelpName = "name=value" };
        var empty = new Option<bool>("--allow-empty") { Description = "Commit even when the folder holds no file." };
        var create = new Option<bool>("--create") { Description = "Make the store when there is none." };
        var dryRun = DatasetOptions.DryRun();
        var command = new Command("commit", "Stores a folder's files as a new version of a dataset.") { dataset, folder, branch, message, expect, input, origin, query, licence, retrieved, code, metadata, empty, create, dryRun };
        command.Validators.Add(result =>
        {
            if (result.GetResult(origin) is not { Implicit: false } && (result.GetResult(query) is { Implicit: false } || result.GetResult(licence) is { Implicit: false } || result.GetResult(retrieved) is { Implicit: false }))
                result.AddError("--query, --licence and --retrieved go with --origin.");
        });
        return command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var (name, path) = (arguments.GetRequiredValue(dataset), Path.GetFullPath(arguments.GetRequiredValue(folder), surroundings.Directory));
            var line = arguments.GetRequiredValue(branch);
            var head = await HeadAsync(store, name, line, cancellationToken).ConfigureAwait(false);
            using var progress = new ProgressLine(surroundings);
            if (arguments.GetValue(dryRun))
            {
                var would = await CompareAsync(store, head, path, progress, cancellationToken).ConfigureAwait(false);
                progress.Dispose();
                DatasetOptions.Say(screen, would, "");
                return ExitCode.Ok;
            }

            var inputs = new List<EntityRef>();
            foreach (var text in arguments.GetValue(input) ?? [])
                inputs.Add(text.StartsWith("run:", StringComparison.Ordinal) ? EntityRef.Run(text[4..]) : EntityRef.Dataset((await store.Datasets.ResolveAsync(text, cancellationToken).ConfigureAwait(false)).Id));
            var version = await store.Datasets.CommitAsync(name, DatasetChange.Folder(path), new()
            {
                Branch = line,
                Message = arguments.GetValue(message),
                ExpectedHead = arguments.GetValue(expect),
                Inputs = inputs,
                Source = arguments.GetValue(origin) is { } from ? new() { Origin = from, Query = arguments.GetValue(query), Licence = arguments.GetValue(licence), RetrievedAt = arguments.GetValue(retrieved) } : null,
                CodeVersion = arguments.GetValue(code),
                Metadata = ModelOptions.Pairs(arguments.GetValue(metadata), "--metadata"),
                AllowEmpty = arguments.GetValue(empty),
                Progress = DatasetOptions.Files(progress),
            }, cancellationToken).ConfigureAwait(false);
            progress.Dispose();
            DatasetOptions.Say(screen, new(DatasetVersionItem.Of(version), version.Id != head?.Id, true), $"Nothing changed: {name} is at {version.ShortId()}.");
            return ExitCode.Ok;
        }, arguments => arguments.GetValue(create) && !arguments.GetValue(dryRun));
    }

    private static DateTimeOffset? Fail(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError("--retrieved: that is no time; write it as 2026-03-01T12:00Z.");
        return null;
    }

    /// <summary>The head of a branch; null when the dataset is not there yet.</summary>
    private static async Task<DatasetVersion?> HeadAsync(MLOpsClient store, string dataset, string branch, CancellationToken cancellationToken)
    {
        Name.Require(dataset, "dataset name");
        await foreach (var known in store.Datasets.ListAsync(cancellationToken).ConfigureAwait(false))
            if (known.Name == dataset && known.Branches.TryGetValue(branch, out var head)) return await store.Datasets.ResolveAsync($"{dataset}@{head}", cancellationToken).ConfigureAwait(false);
        return null;
    }

    private static async Task<DataCommitDocument> CompareAsync(MLOpsClient store, DatasetVersion? head, string folder, ProgressLine progress, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder)) throw new MLOpsInvalidException($"The folder '{folder}' does not exist, so it cannot be stored.");
        if (head is null)
            return new(null, true, false) { Added = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal)] };
        // What would have to be done to the folder to have the version again, seen from the other side.
        var back = await store.Datasets.RestoreAsync(head, folder, new() { DryRun = true, Overwrite = true, RemoveOthers = true, Progress = DatasetOptions.Files(progress) }, cancellationToken).ConfigureAwait(false);
        return new(DatasetVersionItem.Of(head), !back.IsEmpty, false) { Added = back.Removed, Modified = back.Replaced, Removed = back.Added };
    }
}
