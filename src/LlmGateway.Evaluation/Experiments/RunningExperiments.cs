using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>The gateway's list as this process read it last.</summary>
internal sealed class RunningExperiments
{
    private volatile Dictionary<string, RunningExperiment> _all = [];

    public int Count => _all.Count;

    public RunningExperiment? Find(string id) => _all.GetValueOrDefault(id);

    public void Set(IReadOnlyList<RunningExperiment> experiments) => _all = experiments.DistinctBy(experiment => experiment.Id).ToDictionary(experiment => experiment.Id);
}
