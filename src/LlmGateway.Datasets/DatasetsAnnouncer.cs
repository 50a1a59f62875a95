using System.Text.Json.Nodes;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Versions;
using LlmGateway.Messaging;
using LlmGateway.Messaging.Events;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Datasets;

/// <summary>
/// Tells of rows that are committed: the rest of the system by a message, programs outside by an event. The rows are the truth,
/// and a broker that is away holds nobody up for more than a moment.
/// </summary>
internal sealed partial class DatasetsAnnouncer(IBus bus, BroadcastSender messages, TimeProvider time, ILogger<DatasetsAnnouncer> logger)
{
    /// <summary>What a caller waits at most for the event: 500 ms.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public Task AnnounceAsync(FeedbackRecord row) => AnnounceAsync(
        new FeedbackRecorded(row.ProjectId, row.Id, row.BodyId, row.EpisodeId, row.Metric, row.Type),
        "feedback.recorded",
        row.ProjectId,
        row.Id,
        new JsonObject { ["id"] = row.Id, ["inference_id"] = row.BodyId, ["episode_id"] = row.EpisodeId, ["metric"] = row.Metric, ["type"] = row.Type });

    /// <param name="row">A completed version.</param>
    public Task AnnounceAsync(DatasetVersion row) => AnnounceAsync(
        new DatasetVersionCreated(row.ProjectId, row.DatasetId, row.Id, row.Number!.Value, row.Items, row.ContentHash!),
        "dataset.version.created",
        row.ProjectId,
        row.Id,
        new JsonObject { ["id"] = row.Id, ["dataset_id"] = row.DatasetId, ["version"] = row.Number, ["item_count"] = row.Items, ["content_hash"] = row.ContentHash });

    private Task AnnounceAsync<TMessage>(TMessage message, string type, string project, string id, JsonObject data)
        where TMessage : class
    {
        // The row's id makes the event's: told again it is the same event.
        var happened = new PublicEvent($"evt_{id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..]}", type, time.GetUtcNow().ToUnixTimeSeconds(), project, data);
        return Task.WhenAll(messages.SendAsync(message), PublishAsync(happened));
    }

    private async Task PublishAsync(PublicEvent happened)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await bus.PublishEventAsync(happened, patience.Token);
        }
        catch (Exception exception)
        {
            LogUnsent(happened.Type, exception.GetType().Name);
        }
    }

    [LoggerMessage(1521, LogLevel.Warning, "The event '{Type}' could not be sent ({Reason}); its row tells the same")]
    private partial void LogUnsent(string type, string reason);
}
