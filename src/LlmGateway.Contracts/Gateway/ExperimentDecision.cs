using System.Text.Json.Nodes;

namespace LlmGateway.Contracts.Gateway;

/// <summary>
/// What Evaluation decides on an experiment: <c>POST /internal/experiments/{id}/decisions</c>. The gateway writes it to the experiment's
/// audit trail with the change itself, in one transaction; 409 where the experiment has changed since it was read.
/// </summary>
/// <param name="Version">The version that was looked at.</param>
/// <param name="Action">One of <see cref="ExperimentAction"/>.</param>
/// <param name="Weights">Each variant's weight from now on; null where the action says it.</param>
/// <param name="Winner">The variant that gets all calls, for <see cref="ExperimentAction.Promote"/>.</param>
/// <param name="Reason">Why, in a sentence for people.</param>
/// <param name="Evidence">The numbers that were looked at.</param>
public sealed record ExperimentDecision(
    long Version, string Action, IReadOnlyDictionary<string, double>? Weights, string? Winner, string Reason, JsonObject Evidence);

/// <summary>What is done with an experiment.</summary>
public static class ExperimentAction
{
    /// <summary>A canary's next step.</summary>
    public const string Advance = "advance";

    /// <summary>Other weights of an adaptive experiment.</summary>
    public const string Reweigh = "reweigh";

    /// <summary>All calls to the winner; the experiment has ended well.</summary>
    public const string Promote = "promote";

    /// <summary>All calls to the control; the treatment was worse.</summary>
    public const string RollBack = "roll_back";

    /// <summary>All calls to the control; no difference was found.</summary>
    public const string Conclude = "conclude";

    /// <summary>Nothing changes but that the operator is told: the assignment or the metrics cannot be trusted.</summary>
    public const string Alarm = "alarm";

    public static readonly IReadOnlyList<string> All = [Advance, Reweigh, Promote, RollBack, Conclude, Alarm];
}
