using System.Net.Http.Headers;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Service;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// Brings the spool's records to Datasets: at least once, in order, for ever. The checkpoint moves when Datasets has
/// answered that it stored them; until then the same batch is sent again.
/// </summary>
internal sealed class InferenceShipper(
    InferenceSpool spool,
    SpoolReader reader,
    IHttpClientFactory clients,
    IOptions<SpoolOptions> options,
    TimeProvider clock,
    ILogger<InferenceShipper> logger) : BackgroundService
{
    public const string ClientName = "datasets";

    private static readonly Uri Target = new("http://datasets/internal/inferences");
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var drain = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        // A batch under way when the host stops may finish: only the drain's end cuts it.
        await using var stopping = stoppingToken.Register(() => drain.CancelAfter(options.Value.DrainTimeout));
        var pause = TimeSpan.Zero;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await spool.WaitForBatchAsync(options.Value.BatchDelay, stoppingToken);
                pause = await TryShipAsync(drain.Token) ? TimeSpan.Zero : Longer(pause);
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), clock, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: what is left is drained below.
        }

        while (spool.UnshippedBytes > 0 && !drain.IsCancellationRequested && await TryShipAsync(drain.Token))
        {
        }

        if (spool.UnshippedRecords > 0)
        {
            logger.LeftForNextStart(spool.UnshippedRecords);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) =>
        pause == TimeSpan.Zero ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;

    /// <summary>Ships one batch. False when it must be tried again.</summary>
    private async Task<bool> TryShipAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (reader.Read() is not { } batch)
            {
                return true;
            }

            CrashPoint.Reach("ship.before");
            if (await SendAsync(batch, cancellationToken) is { } refusal)
            {
                Fails(refusal);
                return false;
            }

            CrashPoint.Reach("ship.after");
            reader.Commit(batch);
            Works();
            return true;
        }
#pragma warning disable CA1031 // Whatever went wrong, the log must go on being shipped.
        catch (Exception exception)
        {
            Fails(exception is OperationCanceledException ? "no answer in time" : exception.Message);
            return false;
        }
#pragma warning restore CA1031
    }

    /// <summary>Null when Datasets stored the batch, else what it answered.</summary>
    private async Task<string?> SendAsync(SpoolBatch batch, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.SendTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = clients.CreateClient(ClientName);
        using var content = new ReadOnlyMemoryContent(batch.Frames);
        content.Headers.ContentType = new MediaTypeHeaderValue(InferenceFrameCodec.MediaType);
        using var response = await client.PostAsync(Target, content, either.Token);
        return response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
    }

    private void Fails(string reason)
    {
        if (!_failing)
        {
            logger.ShippingFails(reason);
        }

        _failing = true;
    }

    private void Works()
    {
        if (_failing)
        {
            logger.ShippingWorks();
        }

        _failing = false;
    }
}
