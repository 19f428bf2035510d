using MLOps.CrashWorker.Verbs;

// A child process that tests start, and often kill: MLOps.CrashWorker <verb> <arguments>. A new verb is one more line here.
return args switch
{
    ["append-records", var folder, var worker, var count] => await AppendRecords.RunAsync(folder, worker, int.Parse(count)),
    ["live", var store, var life] => await LiveALife.RunAsync(store, int.Parse(life)),
    ["deploy", var store, var stop] => await Deploy.RunAsync(store, stop),
    ["serve-traffic", var store] => await ServeTraffic.RunAsync(store),
    ["serve", var store] => await Serve.RunAsync(store),
    ["watched", var store, var first, var count, var keep] => await Watched.RunAsync(store, int.Parse(first), int.Parse(count), keep),
    ["register", var folder, var worker, var count] => await ShareRooms.RegisterAsync(folder, worker, int.Parse(count)),
    ["deliver", var store, var url, var secret] => await Deliver.RunAsync(store, url, secret),
    ["upload", var server, var prefix, var seed] => await UploadBlobs.RunAsync(server, prefix, int.Parse(seed)),
    ["track", var folder, var runs, var points] => await ShareRooms.TrackAsync(folder, int.Parse(runs), int.Parse(points)),
    ["create-experiments", var folder, var count] => await ShareRooms.CreateExperimentsAsync(folder, int.Parse(count)),
    _ => Unknown(args),
};

static int Unknown(string[] args)
{
    Console.Error.WriteLine($"Unknown verb: {string.Join(' ', args)}");
    return 64;
}
