using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>A file of JSON lines: OpenAI's <c>file_id</c>.</summary>
internal sealed class FileSource(string id, string field) : IItemSource
{
    public string? Id => id;

    public bool HasMessages => false;

    public bool AreCalls => false;

    private string Path => $"/v1/files/{Uri.EscapeDataString(id)}/content";

    public static FileSource Read(JsonFields fields)
    {
        fields.Only("type", "id");
        return new FileSource(fields.Text("id", 200), fields.At("id"));
    }

    public async Task<string?> CheckAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken)
    {
        using var response = await datasets.OpenAsync(caller, Path, cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"There is no file '{JsonFields.Shortened(id)}'.", field));
        return null;
    }

    public IAsyncEnumerable<SourcedItem> ReadAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken) =>
        datasets.ReadLinesAsync(caller, Path, ItemLine.Read, cancellationToken);
}
