using System.Net;
using System.Text.Json;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Gateway.Background;
using LlmGateway.Gateway.Spooling;
using LlmGateway.Service;

namespace LlmGateway.Gateway.PreviousResponses;

/// <summary>
/// Finds what a response continues, in the log of all gateways; so a response is found at any gateway as soon as it was made at another.
/// The log comes a moment after an answer, and is waited for: as long as this gateway's own records are on their way, and then as long as
/// another's may be.
/// </summary>
internal sealed class EarlierConversations(ResponseLog log, LogArrival arrival, BackgroundAnswers background)
{
    public const string Param = "previous_response_id";
    private const int MaxIdLength = 256;

    /// <param name="caller">Whose project.</param>
    /// <param name="id">As the caller wrote it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ApiException">400: the caller's project has no such response. 503: Datasets gives no answer.</exception>
    public async Task<EarlierConversation> FindAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        var found = id.Length is 0 or > MaxIdLength ? null
            : BackgroundResponse.IsId(id) ? await FindInBackgroundAsync(caller, id, cancellationToken)
            : await FindInLogAsync(caller, id, cancellationToken);
        return found ?? throw NotFound($"Previous response with id '{Shorten(id)}' not found.");
    }

    public static ApiException NotFound(string message) => new(ApiErrors.BadRequest(message, Param, "previous_response_not_found"));

    /// <summary>One of ours that was made in the background: its row tells at once whether there is an answer, and by which call.</summary>
    private async Task<EarlierConversation?> FindInBackgroundAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await background.FindCallAsync(caller.ProjectId, id, Param, cancellationToken) is { } call
            ? await FindInLogAsync(caller, call.ToString(), cancellationToken)
            : null;

    private async Task<EarlierConversation?> FindInLogAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        var asked = arrival.Now();
        if (await AskAsync(caller, id, TimeSpan.Zero, cancellationToken) is { } known)
        {
            return known;
        }

        await arrival.WaitAsync(asked, cancellationToken);
        return await AskAsync(caller, id, arrival.Delay, cancellationToken);
    }

    private Task<EarlierConversation?> AskAsync(Caller caller, string id, TimeSpan wait, CancellationToken cancellationToken) => log.AskAsync(
        HttpMethod.Get,
        $"/internal/responses/{Uri.EscapeDataString(id)}?{EarlierTurns.Wait}={wait.TotalMilliseconds:0}",
        caller with { Scopes = Scopes.Internal },
        Param,
        async response =>
        {
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            response.EnsureSuccessStatusCode();
            return Read(JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)));
        },
        cancellationToken);

    private static EarlierConversation? Read(JsonElement told) => new(
        told.GetProperty(EarlierTurns.BodyId).GetString()!,
        told.GetProperty(EarlierTurns.Provider).GetString(),
        told.TryGetProperty(EarlierTurns.Items, out var items) ? [.. items.EnumerateArray()] : null,
        told.GetProperty(EarlierTurns.IsTooLong).GetBoolean());

    private static string Shorten(string id) => id.Length <= MaxIdLength ? id : id[..MaxIdLength];
}
