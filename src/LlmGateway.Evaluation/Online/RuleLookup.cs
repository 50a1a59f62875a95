using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Online;

/// <summary>Finds an eval's rules.</summary>
internal static class RuleLookup
{
    /// <exception cref="ApiException">The project has no such eval, or the eval no such rule (404).</exception>
    public static async Task<OnlineRule> GetRuleAsync(
        this EvaluationDbContext store, string project, string evalId, string id, CancellationToken cancellationToken)
    {
        var eval = await store.GetEvalAsync(project, evalId, cancellationToken);
        return await store.OnlineRules.AsNoTracking().SingleOrDefaultAsync(rule => rule.EvalId == eval.Id && rule.Id == id, cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"The eval has no online rule with id '{JsonFields.Shortened(id)}'.", "rule_id"));
    }
}
