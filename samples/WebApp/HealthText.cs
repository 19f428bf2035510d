using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace WebApp;

/// <summary>Health for people and probes alike: the status code says it, the text says why.</summary>
internal static class HealthText
{
    public static HealthCheckOptions Of(string tag) => new()
    {
        Predicate = check => check.Tags.Contains(tag),
        ResponseWriter = (context, report) =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(string.Concat(report.Entries.Select(e => $"{e.Key}: {e.Value.Status}. {e.Value.Description}\n")));
        },
    };
}
