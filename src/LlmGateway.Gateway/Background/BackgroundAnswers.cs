using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Background;

/// <summary>Which call answered a response that was made in the background.</summary>
internal sealed class BackgroundAnswers(IServiceScopeFactory scopes)
{
    /// <returns>The call's id in the log; null where the project has no such response.</returns>
    /// <exception cref="ApiException">400: it has no answer, or not yet. 503: the store is away.</exception>
    public async Task<Guid?> FindCallAsync(string project, string id, string param, CancellationToken cancellationToken)
    {
        var row = await FindAsync(project, id, cancellationToken);
        return row is null ? null
            : row.CallId is { } call && BackgroundStatus.Answered.Contains(row.Status) ? call
            : throw new ApiException(ApiErrors.BadRequest(
                BackgroundStatus.Open.Contains(row.Status)
                    ? $"The response '{id}' is {row.Status}: it can be continued once it is completed."
                    : $"The response '{id}' is {row.Status} and has no answer that could be continued.",
                param, "previous_response_not_completed"));
    }

    private async Task<BackgroundResponse?> FindAsync(string project, string id, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().BackgroundResponses.AsNoTracking()
                .SingleOrDefaultAsync(row => row.Id == id && row.ProjectId == project, cancellationToken);
        }
        catch (Exception exception) when (StoreErrors.IsAway(exception))
        {
            throw new ApiException(ApiErrors.StoreUnavailable());
        }
    }
}
