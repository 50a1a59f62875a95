using LlmGateway.Evaluation.Runs;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.SavedItems;

/// <summary>The body of <c>POST /v1/evals/{id}/runs/{run}/save_items</c>.</summary>
/// <param name="Status">Which items: <c>fail</c> by default.</param>
/// <param name="DatasetId">The dataset, which must be there; null where it is named.</param>
/// <param name="DatasetName">The project's dataset of that name, which is made if there is none.</param>
/// <param name="Split">train, validation or test; null for none.</param>
/// <param name="Pairs">Whether the logged answer and the run's go with each item.</param>
internal sealed record SaveRequest(string Status, string? DatasetId, string? DatasetName, string? Split, bool Pairs)
{
    /// <summary>Items of every status.</summary>
    public const string Any = "any";

    private const int MaxNameLength = 200;
    private const int MaxIdLength = 64;

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static SaveRequest Read(JsonFields fields)
    {
        fields.Only("status", "dataset_id", "dataset_name", "split", "pairs");
        var request = new SaveRequest(
            fields.Find("status") is null ? ItemStatus.Failed : fields.Choice("status", ItemStatus.Failed, ItemStatus.Passed, ItemStatus.Errored, ItemStatus.Abstained, Any),
            fields.FindText("dataset_id", MaxIdLength),
            fields.FindText("dataset_name", MaxNameLength),
            fields.Find("split") is null ? null : fields.Choice("split", "train", "validation", "test"),
            fields.FindBoolean("pairs", false));
        return request.DatasetId is null == request.DatasetName is null
            ? throw JsonFields.Invalid("Give one of 'dataset_id' and 'dataset_name'.", "dataset_id")
            : request;
    }
}
