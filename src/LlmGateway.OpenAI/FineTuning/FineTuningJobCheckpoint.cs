namespace LlmGateway.OpenAI;

/// <summary>A model as it was after a step of its training.</summary>
public sealed record FineTuningJobCheckpoint : WireObject
{
    public required string Id { get; init; }

    public string Object { get; set; } = "fine_tuning.job.checkpoint";

    /// <summary>Unix seconds.</summary>
    public long CreatedAt { get; init; }

    public required string FineTunedModelCheckpoint { get; init; }

    public required string FineTuningJobId { get; init; }

    public long StepNumber { get; init; }

    public required FineTuningMetrics Metrics { get; init; }
}

/// <summary>How well a model did at a step; null where it was not measured.</summary>
public sealed record FineTuningMetrics : WireObject
{
    public double? Step { get; init; }

    /// <summary>Mean loss of the step's batch, in nats.</summary>
    public double? TrainLoss { get; init; }

    /// <summary>Part of the batch that is right, 0 to 1.</summary>
    public double? TrainMeanTokenAccuracy { get; init; }

    /// <summary>Of a batch of the validation data.</summary>
    public double? ValidLoss { get; init; }

    public double? ValidMeanTokenAccuracy { get; init; }

    /// <summary>Of all validation data.</summary>
    public double? FullValidLoss { get; init; }

    public double? FullValidMeanTokenAccuracy { get; init; }
}
