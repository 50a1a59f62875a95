using System.Text.Json;
using LlmGateway.Datasets.Tests.Versions;

namespace LlmGateway.Datasets.Tests.Annotations;

/// <summary>Annotation queues as reviewers use them.</summary>
internal static class QueueClient
{
    /// <summary>Makes a queue.</summary>
    /// <param name="client">The caller.</param>
    /// <param name="returnType">JSON.</param>
    /// <param name="more">Further members of the request.</param>
    /// <returns>Its path.</returns>
    public static async Task<string> QueueAsync(this HttpClient client, string returnType = """{"type":"boolean"}""", string more = "") =>
        $"/v1/annotation_queues/{(await client.PostJsonAsync("/v1/annotation_queues", $$"""{"name":"review","return_type":{{returnType}}{{more}}}""")).Text("id")}";

    /// <summary>Puts items with these ids into a queue.</summary>
    public static Task<JsonElement> FillAsync(this HttpClient client, string queue, params string[] ids)
    {
        var items = ids.Select(id => $$"""{"id":"{{id}}","input":"question {{id}}","output":"answer {{id}}","inference_id":"call-{{id}}"}""");
        return client.PostJsonAsync($"{queue}/items", $$$"""{"source":{"type":"inline","items":[{{{string.Join(',', items)}}}]}}""");
    }

    /// <summary>The reviewer's next item; null for none.</summary>
    public static async Task<JsonElement?> NextAsync(this HttpClient client, string queue, string reviewer)
    {
        var item = (await client.PostJsonAsync($"{queue}/next", $$"""{"reviewer":"{{reviewer}}"}""")).GetProperty("item");
        return item.ValueKind == JsonValueKind.Null ? null : item;
    }

    /// <summary>Answers the reviewer's next item.</summary>
    /// <returns>The item as it is then.</returns>
    public static async Task<JsonElement> AnswerAsync(this HttpClient client, string queue, string reviewer, string value)
    {
        var item = await client.NextAsync(queue, reviewer);
        return await client.SubmitAsync(queue, item!.Value.Text("id")!, reviewer, value);
    }

    public static Task<JsonElement> SubmitAsync(this HttpClient client, string queue, string item, string reviewer, string value) =>
        client.PostJsonAsync($"{queue}/items/{item}/submit", Answer(reviewer, value));

    public static string Answer(string reviewer, string value) => $$"""{"reviewer":"{{reviewer}}","value":{{value}}}""";
}
