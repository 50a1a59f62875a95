using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Sources;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs.Batches;

/// <summary>
/// Prepares a run once for all its batches in this process: recorded outputs may be a whole file. The runs asked for last are
/// kept, twice as many as can be in work.
/// </summary>
internal sealed class PreparedRuns(EvalDefinitions definitions, SamplerFactory samplers, IOptions<EvaluationOptions> options)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(string RunId, Task<PreparedRun> Run)> _runs = new();

    /// <exception cref="SourceException">The recorded outputs that it names cannot be read.</exception>
    public async Task<PreparedRun> GetAsync(Run run, Eval eval, CancellationToken cancellationToken)
    {
        var preparing = Find(run, eval);
        try
        {
            return await preparing.WaitAsync(cancellationToken);
        }
        catch when (preparing.IsFaulted)
        {
            // The next batch tries again.
            lock (_lock)
            {
                _runs.Remove((run.Id, preparing));
            }

            throw;
        }
    }

    private Task<PreparedRun> Find(Run run, Eval eval)
    {
        lock (_lock)
        {
            var known = _runs.FirstOrDefault(entry => entry.RunId == run.Id);
            if (known.Run is not null)
            {
                _runs.Remove(known);
            }

            _runs.AddFirst(known.Run is not null ? known : (run.Id, Task.Run(() => PrepareAsync(run, eval))));
            if (_runs.Count > options.Value.Leases.Workers * 2)
            {
                _runs.RemoveLast();
            }

            return _runs.First!.Value.Run;
        }
    }

    private async Task<PreparedRun> PrepareAsync(Run run, Eval eval)
    {
        var definition = await definitions.ReadAsync(eval, CancellationToken.None);
        var plan = RunPlan.ReadStored(run, definition, options.Value.MaxItems);
        return new PreparedRun(definition, plan, await samplers.CreateAsync(run, plan, CancellationToken.None), options.Value.Concurrency);
    }
}
