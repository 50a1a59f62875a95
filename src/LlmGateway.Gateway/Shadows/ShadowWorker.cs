using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Shadows;

/// <summary>Makes the waiting calls again, in the project's name and with the purpose <c>shadow</c>.</summary>
internal sealed partial class ShadowWorker(
    ShadowQueue queue, GatewayClient gateway, GatewaySettings settings, ShadowMetrics metrics, IServiceScopeFactory scopes, TimeProvider time,
    ILogger<ShadowWorker> logger) : BackgroundService
{
    public const string Purpose = "shadow";
    private static readonly TimeSpan DroppedPeriod = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Enumerable.Range(0, settings.Current.Shadows.Concurrency).Select(_ => Task.Run(() => MirrorAsync(stoppingToken), stoppingToken))
            .Append(CountDroppedAsync(stoppingToken)));

    private async Task MirrorAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var call = await queue.TakeAsync(stoppingToken);
            try
            {
                metrics.Count(await MirrorAsync(call, stoppingToken));
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Without the database nothing is charged, so nothing is called.
                metrics.Count("failed");
                LogFailed(call.Shadow.Id, exception.GetType().Name);
            }
        }
    }

    private async Task<string> MirrorAsync(MirroredCall call, CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<ShadowAccounts>();
        if (await accounts.ChargeAsync(call, stoppingToken) is not { } charge)
        {
            return "capped";
        }

        var (cost, error) = await AskAsync(call, stoppingToken);
        CrashPoint.Reach("gateway.shadow.answered");
        await accounts.SettleAsync(charge, cost, error);
        return error is null ? "completed" : "failed";
    }

    /// <returns>What it cost, null if nobody knows, and the error's code, null for none.</returns>
    private async Task<(long? CostNanoUsd, string? Error)> AskAsync(MirroredCall call, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(settings.Current.Shadows.CallTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
        var shadow = call.Shadow;
        var caller = new Caller(shadow.ProjectId, null, Scopes.Inference);
        try
        {
            using var response = await gateway.SendAsync(
                new OwnCall(call.Operation.Path, call.CandidateBody(), caller, Purpose, new CallParent(call.Id, shadow.Name)), ended.Token);
            if (!response.IsSuccessStatusCode)
            {
                return (0, await ReadErrorAsync(response, ended.Token));
            }

            // To its end, because the call is not over before.
            await response.Content.CopyToAsync(Stream.Null, ended.Token);
            return (ResponseHeaders.ReadCost(response), null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            return (null, patience.IsCancellationRequested ? "timeout" : "connection_failed");
        }
    }

    private static async Task<string> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadFromJsonAsync(GatewayJsonContext.Default.JsonElement, cancellationToken);
            return body.GetProperty("error").GetProperty("code").GetString() ?? Status();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Status();
        }

        string Status() => string.Create(CultureInfo.InvariantCulture, $"http_{(int)response.StatusCode}");
    }

    private async Task CountDroppedAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(DroppedPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (shadow, count) in queue.TakeDropped())
            {
                await KeepDroppedAsync(shadow, count, stoppingToken);
            }
        }
    }

    private async Task KeepDroppedAsync(string shadow, long count, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<ShadowAccounts>().CountDroppedAsync(shadow, count, stoppingToken);
            metrics.Count("dropped", count);
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            queue.ReturnDropped(shadow, count);
        }
    }

    [LoggerMessage(1240, LogLevel.Warning, "A call of shadow {Shadow} could not be made ({Reason})")]
    private partial void LogFailed(string shadow, string reason);
}
