using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Makes the sampler that a run's plan asks for.</summary>
internal sealed class SamplerFactory(GatewayModels models, DatasetsClient datasets, IndexedDatasets indexed)
{
    /// <exception cref="SourceException">The recorded outputs, examples or passages that it names cannot be read.</exception>
    public async Task<ISampler> CreateAsync(Run run, RunPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Replay is { } replay)
        {
            var isOwn = replay.Id == ReplayModel.Source || replay.Id == plan.Source.Id;
            return new ReplaySampler(replay, isOwn ? null : await LoadAsync(run, replay, cancellationToken), plan.Repetitions > 1);
        }

        return plan.Request is { } request
            ? new ModelSampler(models, run.Caller(Scopes.Inference), request, await AssembleAsync(run, plan, cancellationToken), plan.WriteFromItem)
            : new RecordedSampler();
    }

    /// <summary>The source of recorded outputs elsewhere: OpenAI's file ids begin so, all else is a dataset's.</summary>
    public static IItemSource SourceOf(ReplayModel replay) => replay.Id.StartsWith("file-", StringComparison.Ordinal)
        ? new FileSource(replay.Id, "data_source.model")
        : DatasetSource.Named(replay.Id, "data_source.model");

    private async Task<PromptAssembly> AssembleAsync(Run run, RunPlan plan, CancellationToken cancellationToken)
    {
        var examples = await FindAsync(plan.Blocks.FewShot?.Fields);
        if (examples is not null && examples.Items.All(item => item.Reference is null))
        {
            throw new SourceException($"The dataset '{plan.Blocks.FewShot!.Fields.Source.Id}' has no item with a reference, so it has no example.");
        }

        return new PromptAssembly(plan.Prompt!, plan.Blocks, examples, await FindAsync(plan.Blocks.Context?.Fields));

        async Task<IndexedDataset?> FindAsync(BlockFields? block) =>
            block is null ? null : await indexed.GetAsync(run.Caller(Scopes.Data), block.Source, cancellationToken);
    }

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
