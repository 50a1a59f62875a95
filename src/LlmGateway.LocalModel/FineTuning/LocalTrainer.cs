using LlmGateway.OpenAI;
using LlmGateway.Service;
using LlmGateway.Text.Tokens;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.LocalModel;

/// <summary>Does the jobs, one after another. One that was under way when the process ended is done again from its files, which gives the same model.</summary>
internal sealed partial class LocalTrainer(
    LocalJobs jobs, JobFolder folder, TrainingFiles files, LearnedModels models, TimeProvider time, ILogger<LocalTrainer> logger) : BackgroundService
{
    /// <summary>Checkpoints that are kept, as at OpenAI: the last three.</summary>
    private const int KeptCheckpoints = 3;

    /// <summary>Metrics are told at most this often, evenly, besides the ends of epochs.</summary>
    private const int ToldSteps = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var id in jobs.Queue.ReadAllAsync(stoppingToken))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, jobs.Cancellation(id));
            await Task.Run(() => Do(jobs.Find(id)!, stop.Token), stoppingToken);
        }
    }

    private void Do(LocalJob job, CancellationToken stop)
    {
        try
        {
            Train(job, stop);
        }
        catch (OperationCanceledException)
        {
            // Cancelled, which its state says; or the process ends, and the next start does the job again.
        }
        catch (TrainingException exception)
        {
            Fail(job.Job.Id, $"invalid_{exception.Param}", exception.Message, exception.Param);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogFailed(exception, job.Job.Id);
            Fail(job.Job.Id, "internal_error", "The training failed; the local model's log has the details.", null);
        }
    }

    private void Train(LocalJob local, CancellationToken stop)
    {
        var (job, id) = (local.Job, local.Job.Id);
        stop.ThrowIfCancellationRequested();
        folder.Restart(id);
        jobs.Tell(id, $"Validating training file: {job.TrainingFile}");
        var examples = Read(job.TrainingFile, "training_file");
        var validation = job.ValidationFile is { } file ? Read(file, "validation_file") : [];
        if (!jobs.TryChange(id, one => one with { Status = FineTuningStatus.Running }))
        {
            return;
        }

        jobs.Tell(id, "Fine-tuning job started");
        var settings = HyperparameterReader.Resolve(job.Hyperparameters, job.Seed);
        ILearnedModel model = ClosedLabels.Hold(examples) ? LearnLabels(local, examples, validation, settings, stop) : LearnExamples(id, examples);
        models.Save(local.ModelName, model);
        CrashPoint.Reach("local.train.saved");
        var tokens = examples.Sum(example => (long)Tokens(example)) * settings.Epochs;
        // Told first: who sees the final state sees all events.
        jobs.Tell(id, $"New fine-tuned model created: {local.ModelName}");
        jobs.Tell(id, "The job has successfully completed");
        jobs.TryChange(id, one => one with { Status = FineTuningStatus.Succeeded, FineTunedModel = local.ModelName, TrainedTokens = tokens });
    }

    private List<Example> Read(string file, string param)
    {
        using var stream = files.Open(file);
        return TrainingFileReader.Read(stream, param);
    }

    private LabelModel LearnLabels(
        LocalJob local, List<Example> examples, List<Example> validation, TrainingSettings settings, CancellationToken stop)
    {
        var training = new LabelTraining(examples, validation, settings);
        jobs.Tell(local.Job.Id, $"{examples.Count} examples, {training.Model.Labels.Count} labels: training a classifier");
        var kept = new Queue<string>();
        foreach (var step in training.Run())
        {
            stop.ThrowIfCancellationRequested();
            CrashPoint.Reach("local.train.step");
            if (step.EndsEpoch || step.Number % Math.Max(1, step.Count / ToldSteps) == 0)
            {
                jobs.Tell(local.Job.Id, FormattableString.Invariant($"Step {step.Number}/{step.Count}: training loss={step.Metrics.TrainLoss:f4}"), metrics: step.Metrics);
            }

            if (step.EndsEpoch)
            {
                Keep(local, training.Model, step, kept);
            }
        }

        return training.Model;
    }

    private ExampleModel LearnExamples(string id, List<Example> examples)
    {
        if (examples.Count > ExampleModel.MostExamples)
        {
            throw new TrainingException(
                $"The answers are no closed set of labels, and without one at most {ExampleModel.MostExamples} examples are learned; the file has {examples.Count}.", "training_file");
        }

        jobs.Tell(id, $"{examples.Count} examples whose answers are no closed set of labels: answering by the nearest example");
        return new ExampleModel(examples);
    }

    private void Keep(LocalJob local, LabelModel model, TrainingStep step, Queue<string> kept)
    {
        var name = $"{local.ModelName}:ckpt-step-{step.Number}";
        models.Save(name, model);
        kept.Enqueue(name);
        if (kept.Count > KeptCheckpoints)
        {
            models.Delete(kept.Dequeue());
        }

        folder.Append(local.Job.Id, new FineTuningJobCheckpoint
        {
            Id = $"ftckpt_{Guid.CreateVersion7():N}",
            CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            FineTunedModelCheckpoint = name,
            FineTuningJobId = local.Job.Id,
            StepNumber = step.Number,
            Metrics = step.Metrics,
        });
    }

    private void Fail(string id, string code, string message, string? param)
    {
        if (jobs.TryChange(id, job => job with { Status = FineTuningStatus.Failed, Error = new FineTuningError { Code = code, Message = message, Param = param } }))
        {
            jobs.Tell(id, message, "error");
        }
    }

    private static int Tokens(Example example)
    {
        var counter = TokenCounter.ForModel("local/chat");
        return counter.Count(example.Input) + counter.Count(example.Output);
    }

    [LoggerMessage(1601, LogLevel.Error, "Fine-tuning job {Id} failed")]
    private partial void LogFailed(Exception exception, string id);
}
