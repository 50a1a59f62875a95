using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Shadows;

/// <summary>
/// Keeps shadows within their limits, on all gateways together. A call is charged, and counted, before it is made: with the larger of
/// what the original and the dearest call so far cost. So a limit can be passed only by what calls under way cost above that.
/// </summary>
internal sealed class ShadowAccounts(GatewayDbContext context, SettingsChange change, ShadowDirectory directory, TimeProvider time)
{
    private const string PriceUnknown = "price_unknown";
    private const int MaxErrorLength = 64;

    private int Today => (int)(time.GetUtcNow().ToUnixTimeSeconds() / (24 * 60 * 60));

    /// <returns>Null where the shadow may not call: it is no longer active, or a limit is reached.</returns>
    public async Task<ShadowCharge?> ChargeAsync(MirroredCall call, CancellationToken cancellationToken)
    {
        var id = call.Shadow.Id;
        var shadow = await context.Shadows.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (shadow?.StatusAt(time.GetUtcNow()) != ShadowStatus.Active)
        {
            return null;
        }

        var dearest = await context.ShadowLedgers.Where(row => row.ShadowId == id).Select(row => row.DearestNanoUsd).SingleAsync(cancellationToken);
        var charge = new ShadowCharge(shadow, Math.Max(dearest, call.CostNanoUsd ?? 0), Today);
        if (await TryChargeAsync(charge, cancellationToken))
        {
            return charge;
        }

        await StopIfExhaustedAsync(charge, cancellationToken);
        return null;
    }

    /// <summary>Corrects a charge by what the call came to.</summary>
    /// <param name="charge">The charge.</param>
    /// <param name="costNanoUsd">What it cost; null if nobody knows, and the charge stays.</param>
    /// <param name="error">The error's code; null if it did well.</param>
    public async Task SettleAsync(ShadowCharge charge, long? costNanoUsd, string? error)
    {
        var (known, failed) = (costNanoUsd ?? charge.NanoUsd, error is null ? 0 : 1);
        var (correction, unpriced) = (known - charge.NanoUsd, costNanoUsd is null && error is null ? 1 : 0);
        var code = error?[..Math.Min(error.Length, MaxErrorLength)];
        await context.ShadowLedgers.Where(row => row.ShadowId == charge.Shadow.Id).ExecuteUpdateAsync(update => update
            .SetProperty(row => row.CostNanoUsd, row => row.CostNanoUsd + correction)
            .SetProperty(row => row.DayCostNanoUsd, row => row.Day == charge.Day ? row.DayCostNanoUsd + correction : row.DayCostNanoUsd)
            .SetProperty(row => row.DearestNanoUsd, row => row.DearestNanoUsd < known ? known : row.DearestNanoUsd)
            .SetProperty(row => row.Errors, row => row.Errors + failed)
            .SetProperty(row => row.Unpriced, row => row.Unpriced + unpriced)
            .SetProperty(row => row.LastError, row => code ?? row.LastError));
        if (unpriced > 0 && charge.Shadow.HasCostLimit)
        {
            await StopAsync(charge.Shadow, PriceUnknown);
        }
    }

    public Task CountDroppedAsync(string shadowId, long count, CancellationToken cancellationToken) =>
        context.ShadowLedgers.Where(row => row.ShadowId == shadowId)
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.Dropped, row => row.Dropped + count), cancellationToken);

    /// <summary>One statement checks and charges, so that gateways cannot pass a limit together.</summary>
    private async Task<bool> TryChargeAsync(ShadowCharge charge, CancellationToken cancellationToken)
    {
        var (shadow, cost, day) = (charge.Shadow, charge.NanoUsd, charge.Day);
        var mostCalls = shadow.MaxCalls ?? long.MaxValue;
        var (most, mostOfDay) = ((shadow.MaxCostNanoUsd ?? long.MaxValue) - cost, (shadow.MaxCostNanoUsdPerDay ?? long.MaxValue) - cost);
        return await context.ShadowLedgers
            .Where(row => row.ShadowId == shadow.Id && row.Calls < mostCalls && row.CostNanoUsd <= most && (row.Day == day ? row.DayCostNanoUsd : 0) <= mostOfDay)
            .ExecuteUpdateAsync(
                update => update
                    .SetProperty(row => row.Calls, row => row.Calls + 1)
                    .SetProperty(row => row.CostNanoUsd, row => row.CostNanoUsd + cost)
                    .SetProperty(row => row.DayCostNanoUsd, row => row.Day == day ? row.DayCostNanoUsd + cost : cost)
                    .SetProperty(row => row.Day, day),
                cancellationToken) == 1;
    }

    /// <summary>The limit of a day opens again with the next one; the others end it.</summary>
    private async Task StopIfExhaustedAsync(ShadowCharge charge, CancellationToken cancellationToken)
    {
        var shadow = charge.Shadow;
        var ledger = await context.ShadowLedgers.AsNoTracking().SingleOrDefaultAsync(row => row.ShadowId == shadow.Id, cancellationToken);
        var reason = ledger is null ? null
            : ledger.Calls >= shadow.MaxCalls ? "max_calls"
            : ledger.CostNanoUsd + charge.NanoUsd > shadow.MaxCostNanoUsd ? "max_cost_usd"
            : null;
        if (reason is not null)
        {
            await StopAsync(shadow, reason);
        }
    }

    /// <summary>Stops it by the limits that were looked at: whoever raised them since has opened it again.</summary>
    private Task<int> StopAsync(Shadow shadow, string reason) => change.MakeAsync(
        directory,
        shadow.ProjectId,
        () => context.Shadows
            .Where(row => row.Id == shadow.Id && row.Status == ShadowStatus.Active && row.MaxCalls == shadow.MaxCalls
                && row.MaxCostNanoUsd == shadow.MaxCostNanoUsd && row.MaxCostNanoUsdPerDay == shadow.MaxCostNanoUsdPerDay)
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.Status, ShadowStatus.Exhausted).SetProperty(row => row.StatusReason, reason)),
        CancellationToken.None);
}

/// <param name="Shadow">The shadow, as it was when the call was charged.</param>
/// <param name="NanoUsd">With how much.</param>
/// <param name="Day">To which day, in days since 1970.</param>
internal sealed record ShadowCharge(Shadow Shadow, long NanoUsd, int Day);
