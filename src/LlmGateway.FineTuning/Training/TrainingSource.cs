using LlmGateway.Contracts.Datasets;
using LlmGateway.FineTuning.Jobs;

namespace LlmGateway.FineTuning.Training;

/// <summary>Where data of a job comes from.</summary>
/// <param name="Param">The request's field that names it.</param>
/// <param name="Name">For messages, such as <c>The file 'file-…'</c>.</param>
/// <param name="Path">At the service that holds it.</param>
/// <param name="Part">As that service is asked about it; null for a version as a whole.</param>
internal sealed record TrainingSource(string Param, string Name, string Path, TrainingPart? Part = null)
{
    public const string DefaultSplit = "train";
    private const string NewestVersion = "latest";

    /// <summary>The version itself, whose description has its number; the newest when the request names none.</summary>
    public static TrainingSource Version(DatasetReference dataset)
    {
        var version = dataset.Version?.ToString() ?? NewestVersion;
        return new TrainingSource("dataset", $"The version '{version}' of the dataset '{dataset.Id}'", PathOf(dataset, version));
    }

    /// <param name="request">The request.</param>
    /// <param name="version">The dataset's version, as it was pinned when the job was made; null for a file.</param>
    public static TrainingSource Training(JobRequest request, string? version) => request.Dataset is { } dataset
        ? OfSplit(dataset, version!, dataset.Split ?? DefaultSplit, "dataset", FormatOf(request), request.AllowLeakage == true)
        : OfFile(request.TrainingFile!, "training_file");

    /// <summary>Null when the request has no validation data.</summary>
    public static TrainingSource? Validation(JobRequest request, string? version) => (request.ValidationFile, request.Dataset) switch
    {
        ({ } file, _) => OfFile(file, "validation_file"),
        (_, { ValidationSplit: { } split } dataset) => OfSplit(dataset, version!, split, "dataset.validation_split", FormatOf(request), request.AllowLeakage == true),
        _ => null,
    };

    /// <summary>A split to compare models on, as questions and answers.</summary>
    public static TrainingSource HeldOut(DatasetReference dataset, string version, string split, string param) =>
        OfSplit(dataset, version, split, param, "openai", allowLeakage: true);

    public static IEnumerable<TrainingSource> All(JobRequest request, string? version) =>
        Validation(request, version) is { } validation ? [Training(request, version), validation] : [Training(request, version)];

    private static string FormatOf(JobRequest request) => request.MethodName switch
    {
        "dpo" => "openai_preference",
        "reinforcement" => "openai_reinforcement",
        _ => "openai",
    };

    private static TrainingSource OfFile(string id, string param) => new(param, $"The file '{id}'", $"v1/files/{Uri.EscapeDataString(id)}/content", new TrainingPart(id, null, null, null));

    private static TrainingSource OfSplit(DatasetReference dataset, string version, string split, string param, string format, bool allowLeakage) => new(
        param,
        $"The split '{split}' of version '{version}' of the dataset '{dataset.Id}'",
        $"{PathOf(dataset, version)}/export?format={format}&split={Uri.EscapeDataString(split)}{(allowLeakage ? "&allow_leakage=true" : "")}",
        new TrainingPart(null, dataset.Id, version, split));

    private static string PathOf(DatasetReference dataset, string version) =>
        $"v1/datasets/{Uri.EscapeDataString(dataset.Id!)}/versions/{Uri.EscapeDataString(version)}";
}
