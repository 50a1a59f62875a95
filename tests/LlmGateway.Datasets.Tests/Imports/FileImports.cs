using System.Text;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Files;
using LlmGateway.Datasets.Tests.Versions;

namespace LlmGateway.Datasets.Tests.Imports;

/// <summary>Versions from files of a format.</summary>
internal static class FileImports
{
    /// <summary>Columns of the file that an export as CSV writes.</summary>
    public const string ExportedColumns = ""","columns":{"id":"id","input":"input","reference":"reference","rejected":"rejected","split":"split"}""";

    /// <summary>Imports a text.</summary>
    /// <param name="client">The caller.</param>
    /// <param name="dataset">The dataset's path.</param>
    /// <param name="content">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="more">Further members of the source.</param>
    public static async Task<JsonElement> ImportAsync(this HttpClient client, string dataset, string content, string format, string more = "") =>
        await client.PostJsonAsync($"{dataset}/versions", await client.ImportRequestAsync(Encoding.UTF8.GetBytes(content), format, more));

    /// <summary>The error of an import.</summary>
    public static Task<JsonElement> RefusedImportAsync(this HttpClient client, string dataset, string content, string format, string more = "") =>
        client.RefusedImportAsync(dataset, Encoding.UTF8.GetBytes(content), format, more);

    /// <inheritdoc cref="RefusedImportAsync(HttpClient, string, string, string, string)"/>
    public static async Task<JsonElement> RefusedImportAsync(this HttpClient client, string dataset, byte[] content, string format, string more = "") =>
        await client.RefusedAsync($"{dataset}/versions", await client.ImportRequestAsync(content, format, more));

    public static async Task<JsonElement[]> ItemsAsync(this HttpClient client, string dataset) =>
        [.. (await client.GetJsonAsync($"{dataset}/versions/latest/items?limit=100")).GetProperty("data").EnumerateArray()];

    private static async Task<string> ImportRequestAsync(this HttpClient client, byte[] content, string format, string more)
    {
        var response = await client.UploadAsync(new ByteArrayContent(content));
        Assert.True(response.IsSuccessStatusCode);
        var file = (await response.JsonAsync()).Text("id");
        return $$$"""{"source":{"type":"file","file_id":"{{{file}}}"{{{(format.Length == 0 ? "" : $",\"format\":\"{format}\"")}}}{{{more}}}}}""";
    }
}
