using MLOps.Cli;

return await CommandLine.RunAsync(args, Surroundings.OfProcess(), CancellationToken.None).ConfigureAwait(false);
