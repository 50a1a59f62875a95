using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs.Batches;

/// <summary>Bounds how many items are in work at a time, in the process and of one run.</summary>
internal sealed class GradingSlots(IOptions<EvaluationOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _process = new(options.Value.ProcessConcurrency);

    public async Task<T> RunAsync<T>(SemaphoreSlim ofRun, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        // The run's own first: what waits for it keeps no other run waiting.
        await ofRun.WaitAsync(cancellationToken);
        try
        {
            await _process.WaitAsync(cancellationToken);
            try
            {
                return await work();
            }
            finally
            {
                _process.Release();
            }
        }
        finally
        {
            ofRun.Release();
        }
    }

    public void Dispose() => _process.Dispose();
}
