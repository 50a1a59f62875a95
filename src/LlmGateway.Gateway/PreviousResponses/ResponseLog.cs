using System.Text.Json;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.PreviousResponses;

/// <summary>Asks Datasets, which has the log of all gateways, about responses.</summary>
internal sealed class ResponseLog(IHttpClientFactory clients)
{
    public const string ClientName = "gateway.responses";
    private const int MaxBytes = 64 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Configure(HttpClient client)
    {
        client.BaseAddress = new Uri("http://datasets");
        client.Timeout = Patience;
        client.MaxResponseContentBufferSize = MaxBytes;
    }

    /// <summary>Asks, and reads the answer.</summary>
    /// <param name="method">What to do.</param>
    /// <param name="path">With what.</param>
    /// <param name="caller">For whom.</param>
    /// <param name="param">The parameter that the caller named the response by, for the error.</param>
    /// <param name="read">Reads an answer of any status; what it throws because the answer is not as it should be counts as no answer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ApiException">503: Datasets gives no answer.</exception>
    public async Task<T> AskAsync<T>(
        HttpMethod method, string path, Caller caller, string param, Func<HttpResponseMessage, Task<T>> read, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
        try
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            return await read(response);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or IOException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "service_unavailable",
                "The service that stores responses does not answer. Try again, or send the earlier items in 'input'.", param)
            {
                RetryAfterSeconds = 2,
            });
        }
    }
}
