using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Models;

namespace LlmGateway.Evaluation.Judges;

/// <summary>
/// A grader that is a model. What cannot be read is asked for once more and is then that item's error; a judge may abstain; and
/// of several votes the majority, or the middle, counts.
/// </summary>
internal sealed class JudgeGrader : IGrader
{
    private const int MostVotes = 9;

    private readonly GatewayModels _models;
    private readonly ModelRequest _request;
    private readonly IJudgement _judgement;
    private readonly int _votes;

    private JudgeGrader(string name, string type, string version, GatewayModels models, ModelRequest request, IJudgement judgement, int votes) =>
        (Name, Type, Version, _models, _request, _judgement, _votes) = (name, type, version, models, request, judgement, votes);

    public string Name { get; }

    public string Type { get; }

    /// <summary>A digest of the definition and the built-in words: scores of two versions do not mean the same.</summary>
    public string Version { get; }

    public bool IsBinary => _judgement.IsBinary;

    public bool CallsModels => true;

    /// <summary>Reads what all judges have in common.</summary>
    /// <param name="kind">OpenAI's word for it, or ours.</param>
    /// <param name="fields">The definition.</param>
    /// <param name="models">What calls them.</param>
    /// <param name="judgement">What the kind has of its own.</param>
    public static JudgeGrader Read(string kind, JsonFields fields, GatewayModels models, IJudgement judgement)
    {
        var request = ModelRequest.ReadGrader(fields.Text("model", ModelRequest.MaxModelLength), fields.FindObject("sampling_params"));
        return new JudgeGrader(
            fields.GraderName(), kind, JudgeVersion.Of(fields.Element, judgement.Prompt), models, request, judgement, ReadVotes(fields, request));
    }

    public async Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        var session = new JudgeSession(_models, _request, item.Caller, Version, _votes, cancellationToken);
        try
        {
            return await _judgement.JudgeAsync(session, item) with { Usage = session.Usage };
        }
        catch (ModelException exception)
        {
            // What was asked until then is paid for.
            return Grade.Failed(exception) with { Usage = session.Usage };
        }
    }

    private static int ReadVotes(JsonFields fields, ModelRequest request)
    {
        var votes = fields.FindInteger("votes", 1, MostVotes) ?? 1;
        if (votes % 2 == 0)
        {
            throw JsonFields.Invalid($"'{fields.At("votes")}' must be odd, so that votes are not split in halves.", fields.At("votes"));
        }

        return votes == 1 || request.Seed is null
            ? votes
            : throw JsonFields.Invalid($"Votes with one seed are one vote: leave out '{fields.At("sampling_params.seed")}', or 'votes'.", fields.At("votes"));
    }
}
