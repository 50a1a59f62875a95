using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.LocalModel;

/// <summary>What a request says of the training.</summary>
internal static class HyperparameterReader
{
    /// <summary>The request's hyperparameters, <c>auto</c> replaced by what will be used.</summary>
    /// <exception cref="Service.ApiException">One is out of its range, or the method is not supervised (400).</exception>
    public static FineTuningHyperparameters Read(FineTuningJobRequest request)
    {
        if (request.Method is { Type: not "supervised" })
        {
            throw RequestBody.Bad($"The local model trains by the method 'supervised' only, and not by '{request.Method.Type}'.", "method.type");
        }

        var given = request.Method?.Supervised?.Hyperparameters ?? request.Hyperparameters ?? new FineTuningHyperparameters();
        if (given.FindError() is { } error)
        {
            throw RequestBody.Bad($"Invalid '{error.Name}': expected {error.Expected}.", $"hyperparameters.{error.Name}");
        }

        var settings = Resolve(given, 0);
        return new FineTuningHyperparameters
        {
            NEpochs = Json(settings.Epochs),
            BatchSize = Json(settings.BatchSize),
            LearningRateMultiplier = Json(settings.LearningRateMultiplier),
        };
    }

    public static TrainingSettings Resolve(FineTuningHyperparameters? given, long seed)
    {
        var defaults = new TrainingSettings();
        return new TrainingSettings(
            (int?)FineTuningHyperparameters.Number(given?.NEpochs) ?? defaults.Epochs,
            (int?)FineTuningHyperparameters.Number(given?.BatchSize) ?? defaults.BatchSize,
            FineTuningHyperparameters.Number(given?.LearningRateMultiplier) ?? defaults.LearningRateMultiplier,
            seed);
    }

    private static JsonElement Json(double value) => JsonSerializer.SerializeToElement(value, LocalJsonContext.Default.Double);
}
