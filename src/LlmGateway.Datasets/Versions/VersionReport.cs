using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Versions.Curation;
using LlmGateway.Datasets.Versions.Imports;
using LlmGateway.Datasets.Versions.Schemas;

namespace LlmGateway.Datasets.Versions;

/// <summary>What the making of a version found.</summary>
/// <param name="Lines">Of the file that it was made from.</param>
/// <param name="Schema">Of its items, where the dataset has schemas.</param>
/// <param name="Steps">What each step of curation did, in their order; null where there was none.</param>
/// <param name="Style">What a model trained on its outputs would learn; null where no output is text.</param>
/// <param name="Clusters">How many groups a split that sees all items made; null for other splits.</param>
internal sealed record VersionReport(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LineReport? Lines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SchemaReport? Schema,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<StepReport>? Steps,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StyleReport? Style,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Clusters);

/// <summary>What a step did.</summary>
/// <param name="Step">Its name.</param>
/// <param name="Parameters">What it went by, defaults too.</param>
/// <param name="In">Items that came.</param>
/// <param name="Out">Items that went on.</param>
/// <param name="Changed">Of these, items that are other than they came.</param>
/// <param name="Dropped">Items that were left out, by the reason.</param>
/// <param name="Found">How much personal data, by its kind; null for other steps and for none.</param>
internal sealed record StepReport(
    string Step,
    JsonElement Parameters,
    int In,
    int Out,
    int Changed,
    IReadOnlyDictionary<string, int> Dropped,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, int>? Found);
