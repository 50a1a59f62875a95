namespace LlmGateway.Contracts.Datasets;

/// <summary>
/// What the fine-tuning service asks Datasets before anything is paid for: <c>POST /internal/training_checks</c>, for the caller's
/// project, in snake case. The answer is a <see cref="TrainingCheckReport"/>.
/// </summary>
/// <param name="Method"><c>supervised</c>, <c>dpo</c> or <c>reinforcement</c>.</param>
/// <param name="Model">The base model, by whose vocabulary and price is counted.</param>
/// <param name="Epochs">How often each example is read, 1 to 100; null counts as 3.</param>
/// <param name="Training">What is trained on.</param>
/// <param name="Validation">What is validated on; null for nothing.</param>
public sealed record TrainingCheckRequest(string? Method, string? Model, int? Epochs, TrainingPart? Training, TrainingPart? Validation)
{
    /// <summary>Where it is asked.</summary>
    public const string Path = "/internal/training_checks";

    /// <summary>Fewest examples that are trained on, as at OpenAI.</summary>
    public const int FewestExamples = 10;
}

/// <summary>A file, or a split of a version of a dataset.</summary>
/// <param name="FileId">A file of JSON lines in OpenAI's form for the method.</param>
/// <param name="DatasetId">A dataset.</param>
/// <param name="Version">Its version.</param>
/// <param name="Split">Its split.</param>
public sealed record TrainingPart(string? FileId, string? DatasetId, string? Version, string? Split);

/// <summary>What was found. With errors nothing can be trained; warnings say what a model would learn that hardly anyone wants.</summary>
/// <param name="Errors">The first ten that cannot be trained on, the training data's before the validation data's.</param>
/// <param name="ErrorCount">All of them.</param>
/// <param name="Warnings">What is worth a look.</param>
/// <param name="Training">What is trained on.</param>
/// <param name="Validation">What is validated on; null for nothing.</param>
/// <param name="Epochs">How often each example is read.</param>
/// <param name="TrainingTokens">Tokens of the training data times the epochs.</param>
/// <param name="EstimatedCostUsd">At the model's price of training; null where that is not known.</param>
public sealed record TrainingCheckReport(
    IReadOnlyList<TrainingCheckError> Errors,
    int ErrorCount,
    IReadOnlyList<TrainingCheckWarning> Warnings,
    TrainingPartReport Training,
    TrainingPartReport? Validation,
    int Epochs,
    long TrainingTokens,
    decimal? EstimatedCostUsd);

/// <param name="Part"><c>training</c> or <c>validation</c>.</param>
/// <param name="Place">Such as <c>Line 7000</c> or <c>Item 'abc'</c>; null for the whole.</param>
/// <param name="Message">What is wrong, naming the field.</param>
public sealed record TrainingCheckError(string Part, string? Place, string Message);

/// <param name="Code">For programs, such as <c>duplicates</c>, <c>leakage</c>, <c>rare_labels</c> or one of the style lint's.</param>
/// <param name="Message">For people.</param>
public sealed record TrainingCheckWarning(string Code, string Message);

/// <param name="Hash">SHA-256 of the file, or of the version and its split's name, in hexadecimal digits.</param>
/// <param name="Examples">Examples, with those that cannot be trained on.</param>
/// <param name="Tokens">Of all of them, read once.</param>
/// <param name="LongestTokens">Of the longest; 0 for none.</param>
/// <param name="Duplicates">Examples whose input and output an earlier one has.</param>
/// <param name="Labels">How often each output comes, where the outputs are labels of a classification; null where they are not.</param>
public sealed record TrainingPartReport(string Hash, int Examples, long Tokens, int LongestTokens, int Duplicates, TrainingLabels? Labels);

/// <param name="Count">Different labels.</param>
/// <param name="Most">Examples of the most frequent one.</param>
/// <param name="Fewest">Examples of the rarest one.</param>
public sealed record TrainingLabels(int Count, int Most, int Fewest);
