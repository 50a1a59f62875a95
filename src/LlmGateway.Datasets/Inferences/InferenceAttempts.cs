using System.Text.Json;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Inferences;

/// <summary>A call's attempts, as its row holds them: without what they used and cost, which stands in the ledger.</summary>
internal static class InferenceAttempts
{
    /// <returns>A JSON array in UTF-8.</returns>
    public static byte[] ToJson(IReadOnlyList<InferenceAttempt> attempts)
    {
        var slim = new InferenceAttempt[attempts.Count];
        for (var index = 0; index < slim.Length; index++)
        {
            var attempt = attempts[index];
            slim[index] = attempt with
            {
                Account = attempt.Account is { } account ? new InferenceAccount { State = account.State, Price = account.Price } : null,
            };
        }

        return JsonSerializer.SerializeToUtf8Bytes(slim, InferenceRecordJsonContext.Default.IReadOnlyListInferenceAttempt);
    }

    public static IReadOnlyList<InferenceAttempt> Read(string json) =>
        JsonSerializer.Deserialize(json, InferenceRecordJsonContext.Default.IReadOnlyListInferenceAttempt) ?? [];
}
