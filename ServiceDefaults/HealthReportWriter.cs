using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LlmGateway.ServiceDefaults;

/// <summary>A health report as JSON: its status, and beside it what those checks tell that are tagged <see cref="Told"/>.</summary>
internal static class HealthReportWriter
{
    /// <summary>Anybody may ask: what a check found out is not told unless it is made for that.</summary>
    private const string Told = "told";

    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var json = new JsonObject { ["status"] = report.Status.ToString() };
        foreach (var (name, value) in report.Entries.Values.Where(entry => entry.Tags.Contains(Told)).SelectMany(entry => entry.Data))
        {
            json[name] = JsonValue.Create(value.ToString());
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }
}
