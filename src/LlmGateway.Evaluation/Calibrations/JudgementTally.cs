using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>Counts outputs as they are read.</summary>
internal sealed class JudgementTally
{
    private readonly List<JudgedPair> _pairs = [];
    private PositionCounts _positions;
    private (int Unlabelled, int Errored, int Abstained) _leftOut;
    private (int Passed, int Total) _judged;

    /// <param name="result">What the criterion said; null where there was no sample to judge.</param>
    /// <param name="human">What a person said; null for nothing.</param>
    /// <param name="length">The output's, in characters; null where it is unknown.</param>
    public void Add(ItemResult? result, bool? human, int? length)
    {
        if (result?.Passed is not { } passed)
        {
            _ = result is { Error: null } ? _leftOut.Abstained++ : _leftOut.Errored++;
            return;
        }

        _judged.Total++;
        _judged.Passed += passed ? 1 : 0;
        _positions = _positions.Plus(PositionCounts.Of(result));
        if (human is { } label)
        {
            _pairs.Add(new JudgedPair(passed, label, length));
        }
        else
        {
            _leftOut.Unlabelled++;
        }
    }

    public JudgedOutputs ToOutputs() => new(
        _pairs, new LeftOutOutputs(_leftOut.Unlabelled, _leftOut.Errored, _leftOut.Abstained), new Passes(_judged.Passed, _judged.Total), _positions);
}
