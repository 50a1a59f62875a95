using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.FineTuning.Training;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Evaluations;

/// <summary>
/// Compares a fine-tuned model with its base on examples that neither has seen, on other tasks where the request names some, and with
/// itself where less is said to it.
/// </summary>
internal sealed class ModelEvaluation(TrainingData data, EvalRuns runs, SystemApi api)
{
    private const string JobKey = "fine_tuning_job";
    private const int DefaultSample = 500;
    private const string WholePrompt = "input";

    /// <exception cref="ApiException">A run failed (400), or a service is away (503).</exception>
    public async Task<JobEvaluation> RunAsync(Job job, CancellationToken cancellationToken)
    {
        var request = JobRequest.Parse(job.Request);
        var caller = JobCaller.ForEvaluation(job);
        if (await FindSourceAsync(job, request, cancellationToken) is not { } source)
        {
            return Skipped("There is no data that the model was not trained on: give the dataset a split 'test', or the job a validation file.");
        }

        using var items = await ReadAsync(source, request, caller, cancellationToken);
        if (items.Count == 0)
        {
            return Skipped($"{source.Name} has no answers that are text, which an evaluation could compare.");
        }

        var (heldOut, tuned, file) = await CompareAsync(job, "held-out", items, caller, cancellationToken);
        return new JobEvaluation
        {
            Status = JobEvaluation.Completed,
            HeldOut = heldOut,
            Pruning = await PruneAsync(job, heldOut.EvalId, file, tuned, items, caller, cancellationToken),
            General = await ForgottenAsync(job, request, caller, cancellationToken),
        };
    }

    private static JobEvaluation Skipped(string reason) => new() { Status = JobEvaluation.Skipped, Reason = reason };

    /// <summary>The dataset's split that is named, or its <c>test</c>; else the validation data; null for none.</summary>
    private async Task<TrainingSource?> FindSourceAsync(Job job, JobRequest request, CancellationToken cancellationToken)
    {
        if (request.Dataset is { } dataset)
        {
            var named = request.Evaluation?.Split;
            var splits = await data.SplitsAsync(dataset, job.DatasetVersion!, JobCaller.Of(job), cancellationToken);
            var split = named ?? (splits.Contains("test") && dataset.Split != "test" ? "test" : dataset.ValidationSplit);
            return split is null ? null : TrainingSource.HeldOut(dataset, job.DatasetVersion!, split, "evaluation.split");
        }

        return request.ValidationFile is null || request.MethodName != JobRequest.Supervised ? null : TrainingSource.Validation(request, null);
    }

    private async Task<HeldOutItems> ReadAsync(TrainingSource source, JobRequest request, Caller caller, CancellationToken cancellationToken)
    {
        await using var file = await data.DownloadAsync(source, caller, cancellationToken);
        return HeldOutItems.Read(file, request.Evaluation?.Sample ?? DefaultSample);
    }

    private async Task<(SetEvaluation Set, JsonNode Tuned, string File)> CompareAsync(
        Job job, string set, HeldOutItems items, Caller caller, CancellationToken cancellationToken)
    {
        var file = await api.FindOrUploadAsync($"{job.Id}-{set}.jsonl", "evals", items.Lines, caller, cancellationToken);
        var eval = await runs.FindOrMakeEvalAsync($"{job.FineTunedModel}: {set}", JobKey, $"{job.Id}:{set}:{job.EvaluationRound}", items.AreLabels, caller, cancellationToken);
        var before = await runs.RunAsync(eval, "base", job.Model, file, WholePrompt, caller, cancellationToken);
        var tuned = await runs.RunAsync(eval, "fine-tuned", job.FineTunedModel!, file, WholePrompt, caller, cancellationToken);
        var result = await runs.CompareAsync(eval, before, tuned, caller, cancellationToken);
        return (new SetEvaluation(eval, items.AreLabels ? "exact_match" : "text_similarity", items.Count, (string)before["id"]!, (string)tuned["id"]!, result), tuned, file);
    }

    private async Task<IReadOnlyList<PromptPruning>?> PruneAsync(
        Job job, string eval, string file, JsonNode whole, HeldOutItems items, Caller caller, CancellationToken cancellationToken)
    {
        (string LeftOut, string Field, bool Applies)[] prunings =
        [
            ("instructions", "without_instructions", items.HasInstructions),
            ("instructions_and_examples", "last_message", items.HasEarlierTurns),
        ];
        var results = new List<PromptPruning>();
        foreach (var (leftOut, field, _) in prunings.Where(pruning => pruning.Applies))
        {
            var run = await runs.RunAsync(eval, $"fine-tuned without {leftOut}", job.FineTunedModel!, file, field, caller, cancellationToken);
            var result = await runs.CompareAsync(eval, whole, run, caller, cancellationToken);
            results.Add(new PromptPruning(
                leftOut, (string)run["id"]!, result, EvalRuns.InputTokens(whole) - EvalRuns.InputTokens(run), result.DifferenceLow >= -PromptPruning.Margin));
        }

        return results.Count > 0 ? results : null;
    }

    private async Task<SetEvaluation?> ForgottenAsync(Job job, JobRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (request.Evaluation?.General is not { } general)
        {
            return null;
        }

        var version = await data.PinAsync(general, caller, cancellationToken);
        var source = TrainingSource.HeldOut(general, version, general.Split ?? "test", "evaluation.general");
        using var items = await ReadAsync(source, request, caller, cancellationToken);
        return items.Count == 0 ? null : (await CompareAsync(job, "general", items, caller, cancellationToken)).Set;
    }
}
