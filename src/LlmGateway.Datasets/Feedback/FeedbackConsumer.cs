using System.Text.Json.Nodes;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Messaging;
using LlmGateway.Messaging.Events;
using LlmGateway.Messaging.Raw;
using LlmGateway.Service;
using MassTransit;

namespace LlmGateway.Datasets.Feedback;

/// <summary>
/// Takes feedback from its queue. What cannot be used is answered by an event and goes to the error queue with the reason;
/// the next message is taken.
/// </summary>
internal sealed class FeedbackConsumer(FeedbackIntake intake, DatasetsAnnouncer announcer, TimeProvider time) : IConsumer<RawMessage>
{
    public async Task Consume(ConsumeContext<RawMessage> context)
    {
        FeedbackMessage? message = null;
        try
        {
            message = FeedbackMessage.Read(context.Message.Body.Span);
            var row = await intake.TakeAsync(message.Project ?? Caller.DefaultProject, message.ToRequest(), FeedbackMessage.KeyField, context.CancellationToken);
            await announcer.AnnounceAsync(row);
        }
        catch (ApiException exception)
        {
            await RejectAsync(context, message, exception.Error);
            throw new UnusableMessageException(exception.Error.Message);
        }
    }

    private Task RejectAsync(ConsumeContext<RawMessage> context, FeedbackMessage? message, ApiError error)
    {
        var (id, project) = message is null ? MessageOrigin.Of(context.Message.Body, FeedbackRequest.MaxBodyBytes) : new(message.Id, message.Project);
        return context.PublishEventAsync(
            PublicEvent.Now(time, "feedback.rejected", project ?? Caller.DefaultProject, new JsonObject
            {
                ["id"] = id,
                ["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message, ["param"] = error.Param },
            }),
            context.CancellationToken);
    }
}

/// <summary>The queue, which every worker shares.</summary>
internal sealed class FeedbackConsumerDefinition : RawConsumerDefinition<FeedbackConsumer>
{
    public FeedbackConsumerDefinition() => EndpointName = FeedbackQueue.Name;
}
