using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Makes the sampler that a run's plan asks for.</summary>
internal sealed class SamplerFactory(GatewayModels models, DatasetsClient datasets)
{
    /// <exception cref="SourceException">The recorded outputs that it names cannot be read.</exception>
    public async Task<ISampler> CreateAsync(Run run, RunPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Replay is { } replay)
        {
            var isOwn = replay.Id == ReplayModel.Source || replay.Id == plan.Source.Id;
            return new ReplaySampler(replay, isOwn ? null : await LoadAsync(run, replay, cancellationToken), plan.Repetitions > 1);
        }

        return plan.Request is { } request
            ? new ModelSampler(models, run.Caller(Scopes.Inference), request, plan.Prompt!)
            : new RecordedSampler();
    }

    /// <summary>The source of recorded outputs elsewhere: OpenAI's file ids begin so, all else is a dataset's.</summary>
    public static IItemSource SourceOf(ReplayModel replay) => replay.Id.StartsWith("file-", StringComparison.Ordinal)
        ? new FileSource(replay.Id, "data_source.model")
        : DatasetSource.Named(replay.Id, "data_source.model");

    private async Task<Dictionary<int, JsonElement>> LoadAsync(Run run, ReplayModel replay, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<int, JsonElement>();
        await foreach (var row in SourceOf(replay).ReadAsync(datasets, run.Caller(Scopes.Data), cancellationToken))
        {
            rows.Add(row.Index, row.Item);
        }

        return rows;
    }
}
