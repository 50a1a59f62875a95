using System.Globalization;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.StoredCompletions;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.StoredResponses;

/// <summary>Tells the gateway what a response continues, for providers that do not remember it themselves.</summary>
internal static class EarlierTurnsEndpoint
{
    private const int MaxWaitMilliseconds = 10_000;

    public static void MapEarlierTurns(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/internal/responses/{id}", GetAsync)
            .WithName("GetEarlierTurns").WithSummary("Get who answered a response, and all that was said up to it")
            .ExcludeFromDescription();

    private static async Task<IResult> GetAsync(string id, HttpContext http, DatasetsDbContext context, TimeProvider time)
    {
        if (await context.FindResponseAsync(http, id, time, ReadWait(http.Request.Query)) is not { } found)
        {
            return ApiErrors.NotFound($"Response with id '{id}' not found.");
        }

        var conversation = found.BodiesKept ? await Conversation.ReadAsync(context, found, withPrompt: false, http.RequestAborted) : null;
        return StoredJson.Result(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString(EarlierTurns.BodyId, found.BodyId);
            writer.WriteString(EarlierTurns.Provider, found.Provider);
            writer.WriteBoolean(EarlierTurns.IsTooLong, conversation?.IsTooLong == true);
            if (conversation is { IsWhole: true })
            {
                writer.WriteStartArray(EarlierTurns.Items);
                foreach (var item in conversation.Input.Select(item => item.Item).Concat(conversation.Output))
                {
                    item.WriteTo(writer);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        });
    }

    private static TimeSpan ReadWait(IQueryCollection query) =>
        int.TryParse(query[EarlierTurns.Wait], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, MaxWaitMilliseconds))
            : TimeSpan.Zero;
}
