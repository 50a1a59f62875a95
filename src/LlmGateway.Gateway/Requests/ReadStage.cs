using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Requests;

/// <summary>Reads the body once and understands its top level.</summary>
internal sealed class ReadStage(RequestDelegate next, GatewaySettings settings)
{
    private const string EpisodePrefix = "ep_";
    private const int MaxEpisodeLength = 128;

    public async Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        if (!IsJson(context.Request))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the body as 'Content-Type: application/json'."));
        }

        call.Request = await PooledBody.ReadAsync(context.Request, settings.Current.MaxRequestBytes);
        call.Scan = RequestScanner.Scan(call.Request.Span, call.Operation);
        call.RequestedModel = call.Scan.Model;
        call.Metadata = RequestMetadata.Merge(call.Scan.Metadata, context.Request.Headers);
        // Services' own calls group by their run or their parent.
        call.EpisodeId = ReadEpisode(context.Request) ?? (call.Caller.Purpose == Caller.Production ? $"{EpisodePrefix}{call.Id:N}" : null);
        ResponseHeaders.WriteEpisode(context.Response, call);
        if (call.Scan.Stream && !call.Operation.CanStream)
        {
            throw new ApiException(ApiErrors.BadRequest($"'{call.Operation.Path}' cannot be streamed.", "stream"));
        }

        await next(context);
    }

    private static bool IsJson(HttpRequest request) =>
        request.ContentType is not { } type
        || type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        || type.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase);

    private static string? ReadEpisode(HttpRequest request)
    {
        var value = request.Headers[CallHeaders.EpisodeId].ToString();
        return value.Length switch
        {
            0 => null,
            <= MaxEpisodeLength => value,
            _ => throw new ApiException(ApiErrors.BadRequest($"'{CallHeaders.EpisodeId}' may have at most {MaxEpisodeLength} characters.", CallHeaders.EpisodeId)),
        };
    }
}
