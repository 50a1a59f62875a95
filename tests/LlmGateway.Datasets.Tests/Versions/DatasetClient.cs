using System.Net;
using System.Text;
using System.Text.Json;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Tests.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Datasets.Tests.Versions;

/// <summary>Datasets as clients use them.</summary>
internal static class DatasetClient
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a dataset.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> DatasetAsync(this HttpClient client, string name = "intents") =>
        $"/v1/datasets/{(await client.PostJsonAsync("/v1/datasets", $$"""{"name":"{{name}}"}""")).Text("id")}";

    /// <summary>Makes a version from lines.</summary>
    /// <param name="client">The caller.</param>
    /// <param name="dataset">The dataset's path.</param>
    /// <param name="lines">The file.</param>
    /// <param name="more">Further members of the request.</param>
    public static async Task<JsonElement> VersionAsync(this HttpClient client, string dataset, string lines, string more = "") =>
        await client.PostJsonAsync($"{dataset}/versions", await client.RequestAsync(lines, more));

    /// <summary>The error of a request for a version from lines.</summary>
    public static async Task<JsonElement> RefusedVersionAsync(this HttpClient client, string dataset, string lines, string more = "") =>
        await client.RefusedAsync($"{dataset}/versions", await client.RequestAsync(lines, more));

    public static async Task<JsonElement> PostJsonAsync(this HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await client.PostAsync(path, content, Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancel)}");
        return await response.JsonAsync();
    }

    public static async Task<JsonElement> RefusedAsync(this HttpClient client, string path, string body, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await client.PostAsync(path, content, Cancel);
        Assert.Equal((body, status), (body, response.StatusCode));
        return (await response.JsonAsync()).GetProperty("error");
    }

    /// <summary>The lines of an export.</summary>
    public static async Task<string[]> ExportAsync(this HttpClient client, string dataset, string version, string query) =>
        (await client.GetStringAsync($"{dataset}/versions/{version}/export?{query}", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<string> RequestAsync(this HttpClient client, string lines, string more)
    {
        var file = await client.FileAsync(lines);
        return $$"""{"source":{"type":"file","file_id":"{{file.Text("id")}}"}{{more}}}""";
    }

    /// <summary>Rows of all projects.</summary>
    public static async Task<(int Versions, int Items)> CountVersionsAsync(this DatasetsHost host)
    {
        await using var scope = host.Service<IServiceScopeFactory>().CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DatasetsDbContext>();
        return (await context.DatasetVersions.CountAsync(Cancel), await context.DatasetItems.CountAsync(Cancel));
    }

    /// <summary>What curation left out, of all projects.</summary>
    public static async Task<int> CountDropsAsync(this DatasetsHost host)
    {
        await using var scope = host.Service<IServiceScopeFactory>().CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DatasetsDbContext>().DatasetDrops.CountAsync(Cancel);
    }
}
