using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Background;

/// <summary>What is done to the bodies of responses.</summary>
internal static class BackgroundBodies
{
    /// <summary>Drops what was asked: once a response has ended, nothing needs it any more.</summary>
    /// <param name="bodies">Which.</param>
    /// <param name="resource">What is kept in its stead; null keeps what is there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<int> ForgetRequestAsync(this IQueryable<BackgroundBody> bodies, byte[]? resource, CancellationToken cancellationToken) => bodies.ExecuteUpdateAsync(
        set =>
        {
            set.SetProperty(body => body.Request, (byte[]?)null).SetProperty(body => body.Headers, (string?)null);
            if (resource is not null)
            {
                set.SetProperty(body => body.Resource, resource);
            }
        },
        cancellationToken);
}
