using System.Net;
using System.Net.Http.Headers;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Spooling;

/// <summary>Posts batches to Datasets in another process.</summary>
internal sealed class HttpInferenceSink(IHttpClientFactory clients) : IInferenceSink
{
    public const string ClientName = "datasets";

    private static readonly Uri Target = new("http://datasets/internal/inferences");

    public async Task<SinkResult> StoreAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        using var content = new ReadOnlyMemoryContent(frames);
        content.Headers.ContentType = new MediaTypeHeaderValue(InferenceFrameCodec.MediaType);
        using var response = await client.PostAsync(Target, content, cancellationToken);
        return new SinkResult(Answer(response.StatusCode), response.IsSuccessStatusCode ? "" : $"status {(int)response.StatusCode}");
    }

    /// <summary>Only what speaks of the batch itself refuses it: a wrong key or address (401, 403, 404) is to be set right.</summary>
    private static SinkAnswer Answer(HttpStatusCode status) => status switch
    {
        >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => SinkAnswer.Stored,
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => SinkAnswer.Refused,
        HttpStatusCode.InternalServerError => SinkAnswer.Failed,
        _ => SinkAnswer.Unavailable,
    };
}
