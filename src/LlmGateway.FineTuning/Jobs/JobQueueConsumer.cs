using System.Text.Json.Nodes;
using LlmGateway.Messaging;
using LlmGateway.Messaging.Events;
using LlmGateway.Messaging.Raw;
using LlmGateway.Service;
using MassTransit;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>
/// The queue that programs of any kind write to: the body of <c>POST /v1/fine_tuning/jobs</c> as it is, with <c>id</c> and
/// <c>project</c>. What cannot become a job is answered by an event and goes to the error queue; the next message is taken.
/// </summary>
internal sealed class JobQueueConsumer(JobIntake intake, TimeProvider time) : IConsumer<RawMessage>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public async Task Consume(ConsumeContext<RawMessage> context)
    {
        JobRequest? request = null;
        try
        {
            request = JobRequestReader.Read(context.Message.Body.Span);
            await AcceptAsync(request, context.CancellationToken);
        }
        catch (ApiException exception)
        {
            await RejectAsync(context, request, exception.Error);
            throw new UnusableMessageException(exception.Error.Message);
        }
    }

    // While the store or Datasets is away the message waits here; prefetch bounds how many do.
    private async Task AcceptAsync(JobRequest request, CancellationToken cancellationToken)
    {
        var caller = new Caller(request.Project ?? Caller.DefaultProject, null, Scopes.Data, JobCaller.Purpose);
        while (true)
        {
            try
            {
                await intake.AcceptAsync(request, caller, cancellationToken);
                return;
            }
            catch (ApiException exception) when (exception.Error.Status == 503)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private Task RejectAsync(ConsumeContext<RawMessage> context, JobRequest? request, ApiError error)
    {
        var (id, project) = request is null ? MessageOrigin.Of(context.Message.Body, JobRequestReader.MaxBytes) : new(request.Id, request.Project);
        return context.PublishEventAsync(
            PublicEvent.Now(time, "fine_tuning.job.rejected", project ?? Caller.DefaultProject, new JsonObject
            {
                ["id"] = id,
                ["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message, ["param"] = error.Param },
            }),
            context.CancellationToken);
    }
}

internal sealed class JobQueueConsumerDefinition : RawConsumerDefinition<JobQueueConsumer>
{
    /// <summary>The queue's name is a public contract.</summary>
    public const string Queue = "fine-tuning-jobs";

    public JobQueueConsumerDefinition() => EndpointName = Queue;
}
