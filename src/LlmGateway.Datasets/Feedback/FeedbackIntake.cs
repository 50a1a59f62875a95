using System.Text.Json;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Feedback;

/// <summary>Takes feedback, whichever way it comes.</summary>
internal sealed class FeedbackIntake(DatasetsDbContext context, FeedbackMetrics metrics, TimeProvider time)
{
    /// <summary>Stores it, or finds what was stored under the same idempotency key.</summary>
    /// <param name="project">Whose it is.</param>
    /// <param name="request">What was said.</param>
    /// <param name="keyField">How the sender calls the idempotency key, for the error that names it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">It is malformed or of another type than its metric (400), or its key was used for something else (409).</exception>
    public async Task<FeedbackRecord> TakeAsync(string project, FeedbackRequest request, string keyField, CancellationToken cancellationToken)
    {
        request.Check(keyField);
        var record = await MakeAsync(project, request, cancellationToken);
        if (await FindSentAsync(record, keyField, cancellationToken) is { } sent)
        {
            return sent;
        }

        try
        {
            context.Feedback.Add(record);
            await context.SaveChangesAsync(cancellationToken);
            return record;
        }
        catch (DbUpdateException exception) when (record.IdempotencyKey is not null && StoreFaults.IsOfTheData(exception.InnerException ?? exception))
        {
            // The same came twice at a time, and the other was faster.
            context.ChangeTracker.Clear();
            return await FindSentAsync(record, keyField, cancellationToken) ?? throw new InvalidOperationException("A unique key was violated that nothing holds.", exception);
        }
    }

    private async Task<FeedbackRecord?> FindSentAsync(FeedbackRecord record, string keyField, CancellationToken cancellationToken)
    {
        var key = record.IdempotencyKey;
        var sent = key is null ? null : await context.Feedback.AsNoTracking()
            .FirstOrDefaultAsync(row => row.ProjectId == record.ProjectId && row.IdempotencyKey == key, cancellationToken);
        return sent is null || sent.SaysTheSame(record)
            ? sent
            : throw new ApiException(new ApiError(
                StatusCodes.Status409Conflict, "idempotency_conflict", $"'{keyField}' was used for other feedback, {sent.Id}: send a new one.", keyField));
    }

    private async Task<FeedbackRecord> MakeAsync(string project, FeedbackRequest request, CancellationToken cancellationToken)
    {
        var metric = await metrics.FindAsync(project, request.Metric!, cancellationToken);
        if (metric is null)
        {
            var type = FeedbackType.OfName(request.Metric!) ?? FeedbackValue.TypeOf(request.Value);
            // Refuses a malformed value before it makes a metric.
            _ = FeedbackValue.Read(request.Value, request.Metric!, type, null);
            metric = await metrics.MakeAsync(project, request.Metric!, type, cancellationToken);
        }

        CheckLevel(request, metric);
        return Make(project, request, metric, FeedbackValue.Read(request.Value, metric));
    }

    private static void CheckLevel(FeedbackRequest request, FeedbackMetric metric)
    {
        var (level, given, needed) = request.EpisodeId is null
            ? (FeedbackLevel.Inference, "inference_id", "episode_id")
            : (FeedbackLevel.Episode, "episode_id", "inference_id");
        if (metric.Level is { } declared && declared != level)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"Invalid '{given}': metric '{metric.Name}' is said of an {declared}. Send '{needed}', or use another metric.", given));
        }
    }

    private FeedbackRecord Make(string project, FeedbackRequest request, FeedbackMetric metric, FeedbackValue value)
    {
        var now = time.GetUtcNow();
        return new FeedbackRecord
        {
            Id = RowIds.New(FeedbackRecord.IdPrefix, now),
            ProjectId = project,
            InferenceId = Guid.TryParse(request.InferenceId, out var inference) ? inference : null,
            BodyId = request.InferenceId,
            EpisodeId = request.EpisodeId,
            Metric = metric.Name,
            Type = metric.Type,
            Number = value.Number,
            Text = value.Text,
            Comment = request.Comment,
            Tags = JsonSerializer.Serialize(
                (request.Tags ?? []).OrderBy(tag => tag.Key, StringComparer.Ordinal).ToDictionary(), DatasetsJsonContext.Default.DictionaryStringString),
            IdempotencyKey = request.IdempotencyKey,
            CreatedAtMicros = UnixMicros.Of(now),
        };
    }
}
