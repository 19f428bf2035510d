using System.Text.Json;

namespace MLOps.Cli.Tests.Commands;

/// <summary>The members that scripts rely on. One that goes or changes its type needs a new schema number.</summary>
public sealed class JsonSchemaTests
{
    [Test]
    public async Task Version() => Has(await Command.JsonAsync("version"), "version:String runtime:String os:String");

    [Test]
    public async Task Status()
    {
        var status = await Command.JsonAsync("status");

        Has(status, "store:String datasets:Number experiments:Number runs:Object models:Array");
        Has(status.GetProperty("runs"), "total:Number running:Number finished:Number failed:Number killed:Number");
        Has(status.GetProperty("models")[1], "model:String latestNumber:Number aliases:Array report:Null");
        Assert.That((status.GetProperty("datasets").GetInt32(), status.GetProperty("runs").GetProperty("total").GetInt32(), status.GetProperty("runs").GetProperty("failed").GetInt32()), Is.EqualTo((1, 2, 1)));
    }

    [Test]
    public async Task Run_list()
    {
        var list = await Command.JsonAsync("run", "list", "--experiment", "demand", "--limit", "1");
        var finished = await Command.JsonAsync("run", "list", "--status", "finished");

        Has(list, "runs:Array more:True");
        Assert.That(list.GetProperty("runs").GetArrayLength(), Is.EqualTo(1));
        Assert.That(finished.GetProperty("runs").EnumerateArray().Single().GetProperty("id").GetString(), Is.EqualTo(StoreFixture.RunId));
    }

    [Test]
    public async Task Run_show()
    {
        var show = await Command.JsonAsync("run", "show", StoreFixture.RunId);
        var run = show.GetProperty("run");

        Has(show, "run:Object children:Array");
        Has(run, "id:String experiment:String name:String status:String statusReason:Null parentId:Null actor:String startedAt:String endedAt:String params:Object tags:Object metrics:Object artifacts:Array inputs:Array "
            + "note:Null comments:Array deletedAt:Null hold:Null forkedFrom:Null environment:Object cost:Object droppedPoints:Number");
        Has(run.GetProperty("metrics").GetProperty("rmse"), "last:Number lastStep:Number min:Number max:Number count:Number mean:Number");
        Has(run.GetProperty("artifacts")[0], "path:String length:Number digest:String");
        Has(run.GetProperty("inputs")[0], "dataset:String versionId:String context:String");
        Assert.That(run.GetProperty("metrics").GetProperty("broken").GetProperty("last").GetString(), Is.EqualTo("NaN"));
        Assert.That(run.GetProperty("params").GetProperty("note [red]").GetString(), Is.EqualTo("\u001B[31mred\nsecond line"));
        Assert.That(show.GetProperty("children")[0].GetProperty("statusReason").GetString(), Is.EqualTo("out of memory"));
    }

    [Test]
    public async Task Model_list()
    {
        var models = (await Command.JsonAsync("model", "list")).GetProperty("models");

        Has(models[1], "name:String latestNumber:Number createdAt:String aliases:Array");
        Assert.That(models.EnumerateArray().Select(m => m.GetProperty("name").GetString()), Is.EqualTo([StoreFixture.Hostile, "demand"]));
    }

    [Test]
    public async Task Model_show()
    {
        var model = await Command.JsonAsync("model", "show", "demand");
        var version = await Command.JsonAsync("model", "show", "demand/2");

        Has(model, "model:Object versions:Array");
        Has(version, "version:Object aliases:Array verdicts:Array approvals:Array comments:Array");
        Has(version.GetProperty("version"),
            "model:String number:Number digest:String format:String facts:Object runId:String datasetVersions:Array metrics:Object tags:Object description:String files:Array attachments:Array signature:Object createdBy:String createdAt:String stage:Null legalHold:Null");
        Has(version.GetProperty("version").GetProperty("signature").GetProperty("inputs")[0], "name:String dataType:String shape:Array");
        Has(version.GetProperty("verdicts")[0], "id:String gate:String outcome:String message:String championNumber:Number evidence:Object actor:String at:String");
        Assert.That(version.GetProperty("aliases")[0].GetProperty("alias").GetString(), Is.EqualTo("champion"));
    }

    [Test]
    public async Task Model_alias()
    {
        var list = await Command.JsonAsync("model", "alias", "demand");
        var history = await Command.JsonAsync("model", "alias", "demand", "champion");

        Has(list, "model:String aliases:Array");
        Has(history, "model:String alias:String moves:Array");
        Has(history.GetProperty("moves")[0], "alias:String number:Number revision:Number movedBy:String movedAt:String reason:String override:False");
        Assert.That(history.GetProperty("moves").EnumerateArray().Select(m => m.GetProperty("number").GetInt32()), Is.EqualTo([2, 1]));
    }

    [Test]
    public async Task Data_list_and_show()
    {
        var list = await Command.JsonAsync("data", "list");
        var show = await Command.JsonAsync("data", "show", "bike@2011");

        Has(list.GetProperty("datasets")[0], "name:String head:String tags:Object fileCount:Number length:Number updatedAt:String");
        Has(show, "version:Object tags:Array files:Array log:Array");
        Has(show.GetProperty("version"), "id:String dataset:String tree:String parents:Array fileCount:Number length:Number message:String author:String createdAt:String inputs:Array metadata:Object codeVersion:Null source:Null");
        Assert.That(show.GetProperty("version").GetProperty("id").GetString(), Is.EqualTo(StoreFixture.DatasetId));
        Assert.That(show.GetProperty("files").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Why()
    {
        var why = await Command.JsonAsync("why", "demand/2");

        Has(why, "direction:String root:Object");
        Has(why.GetProperty("root"), "relation:Null kind:String id:String title:String facts:Object repeated:False cut:False next:Array");
    }

    private static void Has(JsonElement element, string members)
    {
        var found = element.EnumerateObject().Where(m => m.Name != "schema").Select(m => $"{m.Name}:{m.Value.ValueKind}");
        Assert.That(string.Join(" ", found), Is.EqualTo(members));
    }
}
