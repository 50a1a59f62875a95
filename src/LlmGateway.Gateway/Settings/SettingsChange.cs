using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Storage;
using LlmGateway.Messaging;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Settings;

/// <summary>Changes a project's settings, one change of a kind at a time, and tells every gateway.</summary>
internal sealed class SettingsChange(GatewayDbContext context, BroadcastSender broadcasts)
{
    /// <param name="directory">The copy of what changes; this gateway's holds the change when the task ends.</param>
    /// <param name="projectId">Whose they are.</param>
    /// <param name="change">Changes rows of the request's context; throws <see cref="ApiException"/> to change nothing.</param>
    /// <param name="cancellationToken">Gives up before the commit; afterwards the change is made known in any case.</param>
    public async Task<T> MakeAsync<T>(SettingsDirectory directory, string projectId, Func<Task<T>> change, CancellationToken cancellationToken)
    {
        T result;
        await using (var transaction = await context.Database.BeginTransactionAsync(cancellationToken))
        {
            // First, because it locks out every other change until the commit.
            await context.SettingsVersions.Where(row => row.Kind == directory.Kind).ExecuteUpdateAsync(
                update => update.SetProperty(row => row.Version, row => row.Version + 1), cancellationToken);
            result = await change();
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await directory.RenewAsync(CancellationToken.None);
        await broadcasts.SendAsync(new SettingsChanged(projectId, directory.Kind));
        return result;
    }
}
