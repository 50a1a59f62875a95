using System.Text.Json;
using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Background;

/// <summary>
/// Makes one response's call, through the gateway like any caller's, and writes what came of it. The row is the truth: what it says by
/// then, a cancellation or another worker's answer, stands.
/// </summary>
internal sealed class BackgroundRun(
    GatewayDbContext store, WholeCalls calls, BackgroundMetrics metrics, GatewaySettings settings, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>Workers that may die of one response.</summary>
    private const int MaxWorkers = 5;

    /// <summary>How soon a cancellation, a deletion and the end of its time stop it.</summary>
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    private BackgroundOptions Options => settings.Current.Background;

    public async Task RunAsync(BackgroundResponse row, Lease lease, CancellationToken cancellationToken)
    {
        if (row.Attempt > MaxWorkers)
        {
            await EndAsync(row, lease, Outcome.Failed("worker_lost", $"The gateway that worked on the response ended {MaxWorkers} times."));
            return;
        }

        var body = await store.BackgroundBodies.AsNoTracking().SingleOrDefaultAsync(body => body.ResponseId == row.Id, cancellationToken);
        if (body?.Request is not { } request || !await BeginAsync(lease, cancellationToken))
        {
            // It was deleted or cancelled in the meantime.
            return;
        }

        using var work = metrics.Begin();
        if (await AskUnlessStoppedAsync(row, request, CarriedHeaders.Read(body.Headers), cancellationToken) is not { } answer)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return;
        }

        CrashPoint.Reach("gateway.background.answered");
        if (answer.MayPass && row.Tries + 1 < Options.MaxAttempts)
        {
            await WaitAsync(row, lease, answer);
        }
        else
        {
            await EndAsync(row, lease, Outcome.Of(answer, body.Resource));
            CrashPoint.Reach("gateway.background.written");
        }
    }

    private async Task<bool> BeginAsync(Lease lease, CancellationToken cancellationToken)
    {
        var now = time.NowMicros();
        return await store.BackgroundResponses.HeldBy(lease).Where(row => BackgroundStatus.Open.Contains(row.Status)).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, BackgroundStatus.InProgress).SetProperty(row => row.StartedAt, row => row.StartedAt ?? now),
            cancellationToken) == 1;
    }

    /// <returns>Null if the process stops, the lease is lost, or the row says that no answer is wanted any more: then the upstream's call is closed.</returns>
    private async Task<OwnAnswer?> AskUnlessStoppedAsync(
        BackgroundResponse row, byte[] request, IReadOnlyDictionary<string, string>? headers, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(row.Id, stop);
        try
        {
            var caller = new Caller(row.ProjectId, row.KeyId, Scopes.Inference);
            var call = new OwnCall("responses", request, caller, BackgroundWorker.Purpose, new CallParent(row.LogId, $"{row.Tries + 1}")) { Headers = headers };
            return await calls.AskAsync(call, Options, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
        }
    }

    private async Task WatchAsync(string id, CancellationTokenSource stop)
    {
        try
        {
            using var timer = new PeriodicTimer(WatchPeriod, time);
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                if (!await IsWantedAsync(id, stop.Token))
                {
                    await stop.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It is answered, or nobody wants it any more.
        }
    }

    private async Task<bool> IsWantedAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().BackgroundResponses
                .AnyAsync(row => row.Id == id && row.Status == BackgroundStatus.InProgress, cancellationToken);
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            // The next look may see more.
            return true;
        }
    }

    /// <summary>Puts the row down until the call may be made again; its place is another's until then.</summary>
    private async Task WaitAsync(BackgroundResponse row, Lease lease, OwnAnswer answer)
    {
        metrics.Retry();
        var tries = row.Tries + 1;
        await store.BackgroundResponses.HeldBy(lease).ExecuteUpdateAsync(set => set.SetProperty(held => held.Tries, tries), CancellationToken.None);
        await store.RestAsync<BackgroundResponse>(lease, time.GetUtcNow() + Options.PauseAfter(answer, tries), CancellationToken.None);
    }

    /// <summary>An answer that is here is written, also by a process that stops: it was paid for.</summary>
    private async Task EndAsync(BackgroundResponse row, Lease lease, Outcome outcome)
    {
        var ended = false;
        await store.WriteAsync<BackgroundResponse>(
            lease,
            async token =>
            {
                ended = await store.BackgroundResponses.Where(held => held.Id == row.Id && BackgroundStatus.Open.Contains(held.Status)).ExecuteUpdateAsync(
                    set => set.SetProperty(held => held.Status, outcome.Status)
                        .SetProperty(held => held.EndedAt, time.NowMicros())
                        .SetProperty(held => held.CallId, outcome.CallId)
                        .SetProperty(held => held.ErrorCode, outcome.ErrorCode)
                        .SetProperty(held => held.ErrorMessage, outcome.ErrorMessage),
                    token) == 1;
                if (ended)
                {
                    await store.BackgroundBodies.Where(body => body.ResponseId == row.Id).ForgetRequestAsync(outcome.Resource, token);
                }
            },
            CancellationToken.None);
        if (ended)
        {
            metrics.End(outcome.Status);
        }
    }

    /// <summary>How a response ends.</summary>
    /// <param name="Status">The end.</param>
    /// <param name="CallId">The call that answered; null for none.</param>
    /// <param name="ErrorCode">Why there is no answer; null where there is one.</param>
    /// <param name="ErrorMessage">The same for people.</param>
    /// <param name="Resource">The answer; null for what was queued.</param>
    private sealed record Outcome(string Status, Guid? CallId, string? ErrorCode, string? ErrorMessage, byte[]? Resource)
    {
        public static Outcome Failed(string code, string message, Guid? call = null) => new(
            BackgroundStatus.Failed, call, Shorten(code, BackgroundResponseConfiguration.MaxErrorCode), Shorten(message, BackgroundResponseConfiguration.MaxErrorMessage), null);

        public static Outcome Of(OwnAnswer answer, byte[] queued)
        {
            var call = Guid.TryParse(answer.RequestId, out var id) ? id : (Guid?)null;
            if (answer.Fault is { } fault)
            {
                return Failed(fault.Code, fault.Message, call);
            }

            using var document = JsonDocument.Parse(answer.Body);
            var root = document.RootElement;
            if (answer.Status != System.Net.HttpStatusCode.OK || root.ValueKind != JsonValueKind.Object)
            {
                var error = root.Object("error");
                return Failed(error?.Text("code") ?? "server_error", error?.Text("message") ?? $"The call was answered with status {(int)answer.Status!}.", call);
            }

            var status = root.Text("status") is BackgroundStatus.Failed or BackgroundStatus.Incomplete ? root.Text("status")! : BackgroundStatus.Completed;
            return new Outcome(status, call, null, null, BackgroundResource.Answered(root, queued));
        }

        private static string Shorten(string text, int length) => text.Length <= length ? text : text[..length];
    }
}
