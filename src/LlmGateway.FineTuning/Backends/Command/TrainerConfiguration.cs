using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>The job as its trainer reads it, <c>config.json</c>; paths are the trainer's, which differ in a container.</summary>
/// <param name="Job">Our job's id.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Model">The base model.</param>
/// <param name="Seed">For all that is random.</param>
/// <param name="Method">The request's, with everything that stands in it.</param>
/// <param name="Hyperparameters">The method's; an absent one is up to the trainer.</param>
/// <param name="Suffix">Part of the new model's name; null for none.</param>
/// <param name="TrainingFile">Path.</param>
/// <param name="ValidationFile">Path; null for none.</param>
/// <param name="Output">Path of the folder for checkpoints and the model.</param>
/// <param name="Resume">Whether it is to go on from what is in <paramref name="Output"/>.</param>
internal sealed record TrainerConfiguration(
    string Job,
    long CreatedAt,
    string Model,
    long? Seed,
    FineTuningMethod? Method,
    FineTuningHyperparameters? Hyperparameters,
    string? Suffix,
    string TrainingFile,
    string? ValidationFile,
    string Output,
    bool Resume)
{
    public static TrainerConfiguration Of(string job, FineTuningJobRequest request, TrainerPaths paths, DateTimeOffset now) => new(
        job,
        now.ToUnixTimeSeconds(),
        request.Model!,
        request.Seed,
        request.Method,
        Settings(request.Method)?.Hyperparameters ?? request.Hyperparameters,
        request.Suffix,
        paths.TrainingFile,
        request.ValidationFile is null ? null : paths.ValidationFile,
        paths.Output,
        Resume: false);

    public static TrainerConfiguration Read(TrainerFolder folder) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(folder.Configuration), FineTuningJsonContext.Default.TrainerConfiguration)!;

    /// <summary>Whole or not at all.</summary>
    public void Write(TrainerFolder folder)
    {
        var draft = $"{folder.Configuration}.{Guid.CreateVersion7():N}";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(this, FineTuningJsonContext.Default.TrainerConfiguration));
        File.Move(draft, folder.Configuration, overwrite: true);
    }

    private static FineTuningMethodSettings? Settings(FineTuningMethod? method) => method?.Type switch
    {
        "dpo" => method.Dpo,
        "reinforcement" => method.Reinforcement,
        _ => method?.Supervised,
    };
}
