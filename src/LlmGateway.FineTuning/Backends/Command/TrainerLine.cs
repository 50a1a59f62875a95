using System.Globalization;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>A line of a trainer's output that is an event.</summary>
internal sealed record TrainerLine
{
    private const int MaxMessageLength = 1000;
    private const int MaxNameLength = 256;

    public double? Step { get; init; }

    public double? Loss { get; init; }

    public double? LearningRate { get; init; }

    public double? Epoch { get; init; }

    public double? ValidLoss { get; init; }

    public double? Accuracy { get; init; }

    public double? ValidAccuracy { get; init; }

    public string? Checkpoint { get; init; }

    public string? Message { get; init; }

    public string? Level { get; init; }

    public string? Model { get; init; }

    public long? TrainedTokens { get; init; }

    /// <summary>Null when the line is no event.</summary>
    public static TrainerLine? Parse(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] != (byte)'{')
        {
            return null;
        }

        try
        {
            var parsed = JsonSerializer.Deserialize(line, FineTuningJsonContext.Default.TrainerLine);
            return parsed?.Describe() is null ? null : parsed;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public bool IsMetrics => Model is null && Checkpoint is null && Message is null;

    /// <summary>For people; null when it says nothing.</summary>
    public string? Describe() =>
        Model is not null ? IsName(Model) ? $"The trainer made the model {Model}" : null
        : Checkpoint is not null ? IsName(Checkpoint) ? FormattableString.Invariant($"Checkpoint created at step {Step ?? 0}: {Checkpoint}") : null
        : Message is not null ? Message.Length > MaxMessageLength ? Message[..MaxMessageLength] : Message
        : Step is not null && Measured() is { Length: > 0 } measured ? FormattableString.Invariant($"Step {Step}: {measured}")
        : null;

    /// <summary>As OpenAI has them, with the learning rate and the epoch besides.</summary>
    public FineTuningMetrics ToMetrics()
    {
        var extra = new Dictionary<string, JsonElement>();
        Add("learning_rate", LearningRate);
        Add("epoch", Epoch);
        return new FineTuningMetrics
        {
            Step = Step,
            TrainLoss = Loss,
            TrainMeanTokenAccuracy = Accuracy,
            ValidLoss = ValidLoss,
            ValidMeanTokenAccuracy = ValidAccuracy,
            Extra = extra.Count == 0 ? null : extra,
        };

        void Add(string name, double? value)
        {
            if (value is { } number)
            {
                extra[name] = JsonSerializer.SerializeToElement(number, FineTuningJsonContext.Default.Double);
            }
        }
    }

    public string LevelOrInfo => Level is "warn" or "error" ? Level : "info";

    private string Measured() => string.Join(", ", new (string Name, double? Value)[] { ("training loss", Loss), ("validation loss", ValidLoss) }
        .Where(one => one.Value is not null)
        .Select(one => $"{one.Name}={one.Value!.Value.ToString("f4", CultureInfo.InvariantCulture)}"));

    private static bool IsName(string text) => text.Length is > 0 and <= MaxNameLength && !text.Any(char.IsControl);
}
