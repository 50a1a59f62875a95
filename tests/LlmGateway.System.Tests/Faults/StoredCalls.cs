using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>What of a load is in the store afterwards.</summary>
internal static class StoredCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>
    /// Every call that was delivered is stored, and once; beside those there are at most the calls that failed on their
    /// way back to the caller; and the accounts add up to the rows.
    /// </summary>
    public static async Task<IReadOnlyList<JsonElement>> AssertOnceAsync(RunningSystem system, Load load)
    {
        List<JsonElement> rows = [];
        var counted = 0L;
        HashSet<string> missing = [.. load.Delivered];
        try
        {
            await Eventually.TrueAsync(
                async token =>
                {
                    rows = await ListAsync(system, load.KeyId, token);
                    missing = [.. load.Delivered.Except(rows.Select(Id))];

                    // A call that failed on its way back may be stored between one question and the other.
                    counted = await CountAsync(system, load.KeyId, token);
                    return missing.Count == 0 && counted == rows.Count;
                },
                "every delivered call to be stored", Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{missing.Count} of {load.Delivered.Count} delivered calls are not stored, such as {missing.FirstOrDefault()}; {rows.Count} are, and {counted} are accounted for");
        }

        Assert.Equal(rows.Count, rows.Select(Id).Distinct().Count());
        Assert.InRange(rows.Count - load.Delivered.Count, 0, load.Failures.Count);
        return rows;
    }

    private static string Id(JsonElement row) => row.GetProperty("id").GetString()!;

    private static async Task<List<JsonElement>> ListAsync(RunningSystem system, string keyId, CancellationToken cancellationToken)
    {
        List<JsonElement> rows = [];
        while (true)
        {
            var after = rows.Count == 0 ? "" : $"&after={Id(rows[^1])}";
            var page = JsonElement.Parse(await system.Http.GetStringAsync($"/v1/inferences?limit=100&key_id={keyId}{after}", cancellationToken));
            rows.AddRange(page.GetProperty("data").EnumerateArray());
            if (!page.GetProperty("has_more").GetBoolean())
            {
                return rows;
            }
        }
    }

    private static async Task<long> CountAsync(RunningSystem system, string keyId, CancellationToken cancellationToken) =>
        JsonElement.Parse(await system.Http.GetStringAsync("/v1/usage?group_by=key_id", cancellationToken))
            .GetProperty("data").EnumerateArray().SelectMany(bucket => bucket.GetProperty("results").EnumerateArray())
            .Where(result => result.GetProperty("key_id").GetString() == keyId).Sum(result => result.GetProperty("requests").GetInt64());
}
