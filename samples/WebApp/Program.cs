using BikeDemand;
using MLOps.Serving;
using WebApp;

// The Quickstart's model in a web application. Run the Quickstart in the same folder first: both use the store ./.mlops.
// Another store: --MLOps:Folder=path (or the environment variable MLOps__Folder); another address: --urls http://127.0.0.1:8080.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (builder.Configuration["urls"] is null) builder.WebHost.UseUrls("http://127.0.0.1:5080");

builder.Services.AddMLOps(o => o
    .AddModelType("ridge-demand", BikeJson.Default.DemandModel)
    .AddModel<Ride, double>("bike-demand", m => m.Features = DemandFeatures.Schema));
builder.Services.AddHealthChecks().AddMLOps();

var app = builder.Build();
app.MapPredict("/predict", "bike-demand", BikeJson.Default.Ride, BikeJson.Default.Double);
app.MapLabels("/labels");
app.MapHealthChecks("/health/live", HealthText.Of("live"));
app.MapHealthChecks("/health/ready", HealthText.Of("ready"));

app.Lifetime.ApplicationStarted.Register(() => Advice.Give(app.Services.GetRequiredService<IModelServer>(), app.Configuration, app.Logger));
app.Run();
