using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.FineTuning.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Training;

/// <summary>
/// Keeps the metrics of the training as a file with OpenAI's columns, a row for each step that was measured. What was not measured is
/// empty, not zero.
/// </summary>
internal sealed class RecordStep(FineTuningDbContext store, SystemApi api, JobWriter writer) : IJobStep
{
    private const string Purpose = "fine-tune-results";
    private const string Header = "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy";

    public string Stage => JobStage.Recording;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(await WriteAsync(job, cancellationToken)));
        var file = await api.FindOrUploadAsync($"{job.Id}-results.csv", Purpose, content, JobCaller.Of(job), cancellationToken);
        CrashPoint.Reach("finetuning.recorded");
        return await writer.WriteAsync(lease, row => (row.ResultFile, row.Status) = (file, JobStage.Registering), [], cancellationToken);
    }

    private async Task<string> WriteAsync(Job job, CancellationToken cancellationToken)
    {
        var rows = await store.Events.AsNoTracking().Where(one => one.JobId == job.Id && one.Type == "metrics" && one.Data != null)
            .OrderBy(one => one.Sequence).Select(one => one.Data!).ToListAsync(cancellationToken);
        var text = new StringBuilder(Header).Append('\n');
        foreach (var metrics in rows.Select(row => JsonSerializer.Deserialize(row, FineTuningJsonContext.Default.FineTuningMetrics)!))
        {
            double?[] values =
            [
                metrics.Step, metrics.TrainLoss, metrics.TrainMeanTokenAccuracy, metrics.ValidLoss, metrics.ValidMeanTokenAccuracy,
                metrics.FullValidLoss, metrics.FullValidMeanTokenAccuracy,
            ];
            text.AppendJoin(',', values.Select(value => value?.ToString("0.######", CultureInfo.InvariantCulture))).Append('\n');
        }

        return text.ToString();
    }
}
