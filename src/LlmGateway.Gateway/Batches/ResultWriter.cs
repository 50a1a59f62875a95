using System.Threading.Channels;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Batches;

/// <summary>
/// Writes results and what they add to the batch's counts, those that come together in one transaction. Who hands one in waits until
/// it is durable, so that a killed process repeats at most the calls that were under way.
/// </summary>
internal sealed class ResultWriter(IServiceScopeFactory scopes, Lease lease)
{
    private const int MostTogether = 256;
    private const int MostBytesTogether = 8 << 20;

    private readonly Channel<Pending> _pending = Channel.CreateBounded<Pending>(MostTogether);

    /// <summary>Returns when the result is durable.</summary>
    /// <exception cref="LeaseLostException">The lease is lost; it is not written.</exception>
    public async Task WriteAsync(BatchResult result, OwnAnswer answer)
    {
        var pending = new Pending(result, answer, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _pending.Writer.WriteAsync(pending);
        await pending.Written.Task;
    }

    /// <summary>No more results come.</summary>
    public void Complete() => _pending.Writer.Complete();

    /// <summary>Writes until <see cref="Complete"/>. A failure is told to those who wait.</summary>
    public async Task RunAsync()
    {
        var together = new List<Pending>();
        while (await _pending.Reader.WaitToReadAsync())
        {
            together.Clear();
            for (var bytes = 0; together.Count < MostTogether && bytes < MostBytesTogether && _pending.Reader.TryRead(out var next);)
            {
                together.Add(next);
                bytes += next.Result.Output.Length;
            }

            await StoreAsync(together);
        }
    }

    private async Task StoreAsync(List<Pending> together)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
            await store.WriteAsync<Batch>(lease, token => StoreAsync(store, together, token), CancellationToken.None);
            together.ForEach(pending => pending.Written.SetResult());
        }
        catch (Exception exception)
        {
            together.ForEach(pending => pending.Written.SetException(exception));
        }
    }

    private async Task StoreAsync(GatewayDbContext store, List<Pending> together, CancellationToken cancellationToken)
    {
        store.BatchResults.AddRange(together.Select(pending => pending.Result));
        await store.SaveChangesAsync(cancellationToken);
        var failed = together.Count(pending => pending.Result.IsFailed);
        var completed = together.Count - failed;
        var (input, cached) = (Sum(facts => facts.InputTokens), Sum(facts => facts.CachedInputTokens));
        var (output, reasoning) = (Sum(facts => facts.OutputTokens), Sum(facts => facts.ReasoningTokens));

        // A batch that gets on does not kill its worker.
        await store.Batches.HeldBy(lease).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Completed, row => row.Completed + completed)
                .SetProperty(row => row.Failed, row => row.Failed + failed)
                .SetProperty(row => row.InputTokens, row => row.InputTokens + input)
                .SetProperty(row => row.CachedInputTokens, row => row.CachedInputTokens + cached)
                .SetProperty(row => row.OutputTokens, row => row.OutputTokens + output)
                .SetProperty(row => row.ReasoningTokens, row => row.ReasoningTokens + reasoning)
                .SetProperty(row => row.Attempt, 1),
            cancellationToken);

        long Sum(Func<OpenAI.AnswerFacts, long?> tokens) => together.Sum(pending => tokens(pending.Answer.Facts) ?? 0);
    }

    private sealed record Pending(BatchResult Result, OwnAnswer Answer, TaskCompletionSource Written);
}
