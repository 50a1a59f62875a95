using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>Output items of an eval's run, read from the service that owns them in the caller's name.</summary>
internal sealed class EvalRunItems(IHttpClientFactory clients)
{
    public const string ClientName = "datasets.evaluation";
    private const int PageSize = 100;

    /// <exception cref="ApiException">There is no such run (404), or the service is away (503).</exception>
    public async Task<IAsyncEnumerable<AnnotationDraft>> OpenAsync(AnnotationSource source, Caller caller, CancellationToken cancellationToken)
    {
        var path = $"/v1/evals/{Uri.EscapeDataString(source.EvalId!)}/runs/{Uri.EscapeDataString(source.RunId!)}";
        using var run = await GetAsync(path, source, caller, cancellationToken);
        return ReadAsync($"{path}/output_items?limit={PageSize}&status={source.Status ?? "fail"}", source, caller, cancellationToken);
    }

    private async IAsyncEnumerable<AnnotationDraft> ReadAsync(
        string path, AnnotationSource source, Caller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? after = ""; after is not null;)
        {
            using var page = await GetAsync(after.Length == 0 ? path : $"{path}&after={after}", source, caller, cancellationToken);
            foreach (var item in page.RootElement.GetProperty("data").EnumerateArray())
            {
                yield return Read(item, source);
            }

            after = page.RootElement.GetProperty("has_more").GetBoolean() ? page.RootElement.GetProperty("last_id").GetString() : null;
        }
    }

    private async Task<JsonDocument> GetAsync(string path, AnnotationSource source, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
            using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                throw new ApiException(ApiErrors.NotFound($"Eval '{source.EvalId}' has no run '{source.RunId}', or is not there.", "source.run_id"));
            }

            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        }
        catch (HttpRequestException)
        {
            throw new ApiException(new ApiError(503, "service_unavailable", "The service that holds evals is away. Please try again.") { RetryAfterSeconds = 2 });
        }
    }

    private static AnnotationDraft Read(JsonElement row, AnnotationSource source)
    {
        var item = row.GetProperty("datasource_item");
        var sample = row.GetProperty("sample");
        return new AnnotationDraft(
            AnnotationSourceType.OutputItem,
            row.GetProperty("id").GetString()!,
            item.TryGetProperty("input", out var input) ? input.Clone() : item.Clone(),
            OutputOf(sample),
            null,
            JsonSerializer.SerializeToElement(
                new Dictionary<string, string> { ["eval_id"] = source.EvalId!, ["run_id"] = source.RunId! }, DatasetsJsonContext.Default.DictionaryStringString),
            TextOf(item, "inference_id") ?? TextOf(sample, "inference_id"));
    }

    private static JsonElement? OutputOf(JsonElement sample) =>
        sample.ValueKind == JsonValueKind.Object && sample.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.Array && output.GetArrayLength() > 0
        && output[0].TryGetProperty("content", out var content) && content.ValueKind != JsonValueKind.Null ? content.Clone() : null;

    private static string? TextOf(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
